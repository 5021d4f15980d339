"""A job's progress, for the desk's progress bars."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, jsonify

from webapp.jobs import queries
from webapp.jobs.schemas import JobProgress
from webapp.people import access
from webapp.people.access import signed_in
from webapp.people.rules import Permission

blueprint = APIBlueprint("jobs", __name__, url_prefix="/jobs", enable_openapi=False)


@blueprint.get("/<uuid:job_id>")
@signed_in(Permission.SEE_JOBS)
def progress(job_id: UUID) -> Response:
    """Give a job's progress as JSON."""
    found = queries.progress_for(job_id, access.actor().account_id)
    return jsonify(JobProgress.of(found).model_dump(mode="json"))
