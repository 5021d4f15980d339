"""The child process that decodes strangers' files: limits first, then one task, then one answer.

Started as `python -I confined_child.py <task as JSON>` by `confinement`; never imported by it.
"""

import importlib.util
import json
import resource
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


def _limit(task: dict[str, Any]) -> None:
    """Cap memory, processor time, file size and open files before any decoder is loaded."""
    for name, value in (
        (resource.RLIMIT_AS, task["memory_bytes"]),
        (resource.RLIMIT_CPU, task["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, task["output_bytes"]),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))


def _door(name: str) -> ModuleType:
    """Load a neighbouring file without loading the application around it."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _derive(task: dict[str, Any]) -> dict[str, Any]:
    path, folder = Path(task["path"]), Path(task["folder"])
    imaging = _door("imaging")
    if task["family"] not in ("mp4", "webm"):
        return dict(imaging.derive_picture(path, task["family"], folder))
    video = _door("video")
    facts: dict[str, Any] = video.probe(path, task["family"])
    found = video.poster(path, task["family"])
    if found is not None:
        facts |= imaging.write_renditions(imaging.as_shown(*found), folder)
    return facts


def main() -> int:
    """Do the task in the first argument; print one JSON object; 0 only when it was done."""
    task = json.loads(sys.argv[1])
    _limit(task)
    try:
        answer: dict[str, Any] = {"facts": _derive(task)}
        # A number that JSON does not know would stop PostgreSQL from keeping any of it.
        json.dumps(answer, allow_nan=False)
    except MemoryError:
        answer = {"fault": "memory"}
    except Exception as error:
        # Whatever a decoder fails with is the fault of the file that it was given.
        answer = {"fault": type(error).__name__}
    sys.stdout.write(json.dumps(answer))
    return 0 if "facts" in answer else 3


if __name__ == "__main__":
    sys.exit(main())
