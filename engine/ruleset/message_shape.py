"""Messages as written: text with `{name}` and `{path.to.value}`, `{{` and `}}` for braces, in one or two languages.

A placeholder is a declared name or a path of names, read here as a piece of syntax tree: it is never given to string
formatting.
"""

from __future__ import annotations

import re

from engine.language.parser import KEYWORDS
from engine.ruleset.document import Node, Scalar
from engine.ruleset.model import Message, Part
from engine.ruleset.shapes import (
    NAME_PATTERN,
    TEXT,
    Gathering,
    Key,
    Shape,
    keys,
    parsed_expression,
    refuse,
    text_scalar,
)

_BRACES = re.compile(r"\{\{|\}\}|\{(?P<path>[^{}]*)\}|[{}]")
_ASCII = str.maketrans("｛｝", "{}")
_PATH = re.compile(rf"{NAME_PATTERN}(?:\.{NAME_PATTERN})*")


def _parts(node: Node) -> tuple[Part, ...]:
    found = text_scalar(node)
    text = found.text.rstrip()
    if wide := re.search("[｛｝]", text):
        refuse(found.place(wide.start()), "full-width-brace", right=text.translate(_ASCII))
    gathering = Gathering()
    parts: list[Part] = []
    fixed = ""
    end = 0
    for brace in _BRACES.finditer(text):
        fixed += text[end : brace.start()]
        end = brace.end()
        path = brace["path"]
        if brace[0] in ("{{", "}}"):
            fixed += brace[0][0]
        elif path is None:
            gathering.note(found.place(brace.start()), "brace", found=brace[0])
        elif not _PATH.fullmatch(path) or not KEYWORDS.isdisjoint(path.split(".")):
            gathering.note(found.place(brace.start()), "bad-placeholder", value=path)
        else:
            expression = parsed_expression(path, found, brace.start("path"))
            parts += [Part(text=fixed), Part(expression=expression)] if fixed else [Part(expression=expression)]
            fixed = ""
    gathering.finish()
    fixed += text[end:]
    return (*parts, Part(text=fixed)) if fixed else tuple(parts)


_PARTS = Shape(_parts, TEXT.schema)
_BOTH = keys(
    {
        "zh": Key(_PARTS, "中文", "Chinese", required=True),
        "en": Key(_PARTS, "英文", "English"),
    }
)


def _message(node: Node) -> Message:
    if isinstance(node, Scalar):
        return Message(_parts(node), None)
    both = _BOTH.read(node)
    return Message(both["zh"], both.get("en"))


MESSAGE: Shape[Message] = Shape(_message, {"anyOf": [TEXT.schema, _BOTH.schema]})
