"""Whether two written names may be one person's or organisation's name. Never used to search, only to compare two."""

from __future__ import annotations

import re

import yitizi

_IGNORED = re.compile(r"[\s·•・‧∙．.]+")
_COMMON_HAN = range(0x4E00, 0xA000)


def same_name(a: str, b: str) -> bool | None:
    """True if equal without spaces, middle dots and case. Otherwise unknown if every place that differs holds two
    variants of one character, or a rare character on either side; else false.

    Rare is all but the common Han characters (U+4E00–U+9FFF): what one register could not write, another writes with a
    stand-in. Variants (traditional, simplified, 异体字) are those of the yitizi table.
    """
    a, b = _bare(a), _bare(b)
    if a == b:
        return True
    if len(a) != len(b):
        return False
    return None if all(_may_be_same(*pair) for pair in zip(a, b, strict=True)) else False


def _bare(name: str) -> str:
    return _IGNORED.sub("", name).casefold()


def _may_be_same(a: str, b: str) -> bool:
    return a == b or ord(a) not in _COMMON_HAN or ord(b) not in _COMMON_HAN or b in yitizi.get(a)
