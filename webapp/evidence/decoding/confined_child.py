"""What a confined child does: limits first, then one stranger's file, then one answer.

`forkserver` loads it, and each child is a fork of that; nothing of the application is imported.
"""

import json
import os
import resource
from importlib import import_module
from pathlib import Path
from typing import Any

FILMS = ("mp4", "webm")


def work(task: dict[str, Any]) -> bytes:
    """Return the answer to a task as JSON: the `facts`, or the name of the `fault`."""
    _limit(task)
    try:
        # A number that JSON does not know would stop PostgreSQL from keeping any of it.
        return json.dumps({"facts": _derive(task)}, allow_nan=False).encode()
    except MemoryError:
        return b'{"fault": "memory"}'
    except Exception as error:
        # Whatever a decoder fails with is the fault of the file that it was given.
        return json.dumps({"fault": type(error).__name__}).encode()


def _limit(task: dict[str, Any]) -> None:
    """Cap memory, processor time, file size and open files before a file is opened."""
    for name, value in (
        (resource.RLIMIT_AS, task["memory_bytes"]),
        (resource.RLIMIT_CPU, task["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, task["output_bytes"]),
        (resource.RLIMIT_NOFILE, task["open_files"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))


def _derive(task: dict[str, Any]) -> dict[str, Any]:
    """Write the renditions; the decoder of films is loaded here, for it is seldom needed."""
    path, folder = Path(task["path"]), Path(task["folder"])
    os.chdir(folder)
    imaging = import_module("imaging")
    if task["family"] not in FILMS:
        return dict(imaging.derive_picture(path, task["family"], folder))
    video = import_module("video")
    facts: dict[str, Any] = video.probe(path, task["family"])
    found = video.poster(path, task["family"])
    if found is not None:
        facts |= imaging.write_renditions(imaging.as_shown(*found), folder)
    return facts
