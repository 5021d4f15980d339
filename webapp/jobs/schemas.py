"""What the desk's progress bars are given."""

from uuid import UUID

from pydantic import BaseModel

from webapp.jobs.queries import Progress


class JobProgress(BaseModel):
    """How far a job has come; `fraction` is 0 to 1, or null while nobody knows."""

    job_id: UUID
    kind: str
    state: str
    done: int
    total: int | None
    fraction: float | None

    @classmethod
    def of(cls, progress: Progress) -> "JobProgress":
        """Return what is shown of `progress`: not the error, which is for the operator."""
        return cls(
            job_id=progress.job_id, kind=progress.kind, state=progress.state.value,
            done=progress.done, total=progress.total, fraction=progress.fraction,
        )  # fmt: skip
