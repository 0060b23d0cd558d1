"""The inspecting process: a file on its standard input, what it is on its standard output. It limits itself before it reads."""

from __future__ import annotations

import json
import logging
import resource
import sys
from dataclasses import asdict

from service.materials.inspection.faults import Faulty
from service.materials.inspection.kinds import Inspected, kind_of

_MEMORY = 1 << 30
"""Bytes of address space."""
_SECONDS = 10
"""Of processor time."""


def judge(content: bytes) -> Inspected:
    """Opens it as what it begins like. Raises `Faulty`."""
    kind = kind_of(content)
    try:
        if kind == "pdf":
            from service.materials.inspection.pdf import inspect_pdf

            return inspect_pdf(content)
        if kind == "ofd":
            from service.materials.inspection.ofd import inspect_ofd

            return inspect_ofd(content)
        from service.materials.inspection.images import inspect_image

        return inspect_image(content, kind)
    except (Faulty, ImportError):
        raise
    except MemoryError:
        raise Faulty("expands-too-much") from None
    except Exception:  # libraries raise whatever they stumble over
        raise Faulty("damaged") from None


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    logging.disable()
    try:
        answer = {"inspected": asdict(judge(sys.stdin.buffer.read()))}
    except Faulty as faulty:
        answer = {"faulty": {"code": faulty.code}}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
