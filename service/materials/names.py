"""Names of files as callers wrote them, made fit to be shown and to be saved under."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from service.materials.inspection.kinds import Kind

_LONGEST = 120
"""Code points, without the ending."""
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})  # controls, marks that turn the direction of writing, …
_RESERVED = re.compile(r'[<>:"|?*]')  # by some file systems
_ENDINGS = {"pdf": (".pdf",), "ofd": (".ofd",), "jpg": (".jpg", ".jpeg"), "png": (".png",)}


def safe_name(written: str, kind: Kind) -> str:
    """The last part of a path, printable and of bounded length, with an ending that tells what the file is."""
    last = unicodedata.normalize("NFC", written).replace("\\", "/").rsplit("/", 1)[-1]
    spaced = "".join(" " if each.isspace() else each for each in last)
    shown = "".join(each for each in spaced if unicodedata.category(each) not in _UNSEEN)
    plain = " ".join(_RESERVED.sub("_", shown).split()).lstrip(".")
    path = PurePosixPath(plain or "material")
    stem, ending = (path.stem, path.suffix) if path.suffix.lower() in _ENDINGS[kind] else (path.name, f".{kind}")
    return f"{stem[:_LONGEST].rstrip(' .') or 'material'}{ending}"
