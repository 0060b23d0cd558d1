"""Opens a JPG or PNG: its size first, then all of its data."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from service.materials.inspection.faults import LONGEST_SIDE, MOST_PIXELS, Faulty
from service.materials.inspection.kinds import Inspected, Kind

_FORMATS = {"jpg": "JPEG", "png": "PNG"}


def inspect_image(content: bytes, kind: Kind) -> Inspected:
    """Raises `Faulty`, and whatever the library raises for a damaged file."""
    Image.MAX_IMAGE_PIXELS = None  # the limits are our own
    with Image.open(BytesIO(content), formats=(_FORMATS[kind],)) as image:
        width, height = image.size
        if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
            raise Faulty("too-many-pixels")
        if kind == "png":
            image.verify()  # every chunk by its check sum; afterwards it has to be opened anew
    with Image.open(BytesIO(content), formats=(_FORMATS[kind],)) as image:
        image.draft("L", (width // 8, height // 8))  # a JPG is read to its end, in a fraction of the memory
        image.load()
    return Inspected(kind, width=width, height=height)
