"""Text as the language sees it: folded to one writing before anything compares it, and matched by RE2 patterns."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import re2

_WIDE = re.compile("[\uff01-\uff5e\u3000]")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

PATTERN_LENGTH = 1_000
"""The most code points of a pattern."""
_PATTERN_MEMORY = 1 << 20  # bytes a compiled pattern may take


def fold(text: str) -> str:
    """Full-width ASCII (U+FF01–U+FF5E, U+3000) made half-width, NFC, trimmed. Folding twice changes nothing.

    Narrowed before it is composed: a narrowed letter may compose with the mark after it.
    """
    if text.isascii():
        return text.strip()
    if _WIDE.search(text):
        text = text.translate(_NARROW)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text.strip()


def fold_identifier(text: str) -> str:
    """`fold`, and upper-cased: for a resident-id, a uscc or a phone."""
    return fold(text).upper()


class PatternError(ValueError):
    """A pattern that is too long, or that RE2 refuses; the text is RE2's reason."""


def compile_pattern(pattern: str) -> Any:
    """An RE2 pattern (https://github.com/google/re2/wiki/Syntax), for `matches`; folded like every literal.

    Raises `PatternError`.
    """
    pattern = fold(pattern)
    if len(pattern) > PATTERN_LENGTH:
        raise PatternError(f"longer than {PATTERN_LENGTH}")
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.max_mem = _PATTERN_MEMORY
    try:
        return re2.compile(pattern, options)
    except re2.error as refused:
        reason = refused.args[0]
        raise PatternError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from None
    except UnicodeEncodeError:
        raise PatternError("not a Unicode text") from None


def matches(compiled: Any, text: str) -> bool | None:
    """Whether the whole text matches; unknown for a text with a lone surrogate, which no pattern can read."""
    try:
        return compiled.fullmatch(text) is not None
    except UnicodeEncodeError:
        return None
