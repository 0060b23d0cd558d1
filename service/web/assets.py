"""The built assets: which hashed name a file has, and serving it, compressed, to be kept for a year.

A checkout in which `make web` has not run has none: pages then come plain, and the log says so.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import orjson
from fastapi import APIRouter, Request, Response

from service.problems import Problem

BUILT = Path(__file__).parent / "assets"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_ENCODINGS = {"br": ".br", "gzip": ".gz"}
_FOR_A_YEAR = "public, max-age=31536000, immutable"
_logger = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Assets:
    """`names`: what a file is called now, by its plain name. `files`: every file that may be asked for, by name."""

    names: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def url(self, name: str) -> str | None:
        """Where the file lies; None where it is not built."""
        found = self.names.get(name)
        return None if found is None else f"/static/{found}"

    @property
    def icons(self) -> frozenset[str]:
        """The names of the icons that were built."""
        sprite = self.files.get(self.names.get("icons.svg", ""), b"")
        return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite.decode()))


def icon_named(name: str) -> str:
    """Marks the name of an icon in a module, so that the build takes it; answers it as it is."""
    return name


@cache
def built() -> Assets:
    """What `make web` has built, read once."""
    manifest = BUILT / "manifest.json"
    if not manifest.exists():
        _logger.warning("the pages' styles and scripts are not built; run `make web`")
        return Assets()
    names: dict[str, str] = orjson.loads(manifest.read_bytes())
    return Assets(names, {each.name: each.read_bytes() for each in BUILT.iterdir() if each != manifest})


@router.get("/static/{name}")
def static(name: str, request: Request) -> Response:
    assets = built()
    ending = Path(name).suffix
    if name not in assets.files or ending not in TYPES:
        raise Problem("not-found")
    headers = {"Cache-Control": _FOR_A_YEAR, "Vary": "Accept-Encoding"}
    accepted = {each.split(";")[0].strip() for each in request.headers.get("accept-encoding", "").split(",")}
    for encoding, suffix in _ENCODINGS.items():
        if encoding in accepted and name + suffix in assets.files:
            return Response(assets.files[name + suffix], 200, {**headers, "Content-Encoding": encoding}, TYPES[ending])
    return Response(assets.files[name], 200, headers, TYPES[ending])
