"""Has a file inspected by a process that holds nothing of the service: no secret, no connection, no environment.

Whatever a hostile file does to a library happens there; the process ends with it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

import service
from service.materials.inspection.faults import Faulty
from service.materials.inspection.kinds import Inspected, kind_of

_ENVIRONMENT = {"PYTHONPATH": str(Path(service.__file__).resolve().parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
_COMMAND = [sys.executable, "-P", "-m", "service.materials.inspection"]
_SECONDS = 30
_at_once = BoundedSemaphore(2)


def inspect(content: bytes) -> Inspected:
    """Raises `Faulty`; `RuntimeError` where nothing could be inspected."""
    kind_of(content)
    try:
        with _at_once:
            done = subprocess.run(  # noqa: S603 — our own module, and no word of a caller's
                _COMMAND, input=content, capture_output=True, timeout=_SECONDS, env=_ENVIRONMENT, check=False
            )
    except subprocess.TimeoutExpired:
        raise Faulty("too-costly") from None
    if done.returncode < 0:  # it was stopped at a limit
        raise Faulty("too-costly")
    if done.returncode:
        raise RuntimeError("the inspection of files does not start")
    answer = json.loads(done.stdout)
    if "faulty" in answer:
        raise Faulty(answer["faulty"]["code"])
    return Inspected(**answer["inspected"])
