"""What others wrote, made safe to show: no text can steer a terminal or turn a line round."""

from __future__ import annotations

import re
from typing import Any

_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""Control, format and bidirectional characters."""


def printable(value: Any) -> Any:
    """The same JSON with U+FFFD in place of every such character, in names too. A text is one line."""
    if isinstance(value, str):
        return _STEERING.sub("\ufffd", value)
    if isinstance(value, dict):
        return {printable(name): printable(each) for name, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, list) else value
