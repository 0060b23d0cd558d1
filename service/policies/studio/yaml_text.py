"""A YAML text that is changed in places: whatever is not touched stays as it was written, comments too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from engine.ruleset.document import read_document

Edit = tuple[int, int, str]
"""Where it starts, where it ends, and what stands there instead."""
_NUMBER = re.compile(r"[-+]?[0-9][0-9_.,]*%?|\.[0-9]+")
_PLAIN = re.compile(r"[\w\u3400-\u9fff（）《》〔〕·．.][\w\u3400-\u9fff（）《》〔〕·．. /%-]*", re.ASCII)
_OTHERWISE_READ = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"}


def composed(text: str) -> yaml.Node:
    """The document's nodes, each with its place. Raises `Refused` where it cannot be read within limits."""
    read_document("", text.encode())
    found = yaml.compose(text, Loader=yaml.CSafeLoader)
    assert found is not None
    return found


def changed(text: str, edits: Iterable[Edit]) -> str:
    """With all edits, which do not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def start_of(node: yaml.Node) -> int:
    return int(node.start_mark.index)


def end_of(node: yaml.Node) -> int:
    """Where what it says ends: a block's own mark is after the blank lines and comments that follow, or on the next line."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end_of(last[1] if isinstance(last, tuple) else last)
    is_past_break = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">") and node.end_mark.column == 0
    return int(node.end_mark.index) - is_past_break


def entry(node: yaml.Node | None, name: str) -> yaml.Node | None:
    """The value of a key; None where there is none."""
    return next((value for key, value in entries(node) if key == name), None)


def entries(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    yield from ((key.value, value) for key, value in keys(node))


def keys(node: yaml.Node | None) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    """Keys with their places, and their values."""
    if isinstance(node, yaml.MappingNode):
        yield from ((key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode))


def items(node: yaml.Node | None) -> Sequence[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else ()


def text_of(node: yaml.Node | None) -> str:
    """Of a scalar; empty for anything else."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def indent_of(text: str, at: int) -> str:
    """The blanks that the line begins with."""
    line = text[line_start(text, at) :]
    return line[: len(line) - len(line.lstrip(" "))]


def line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line ends, before its break."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def quoted(text: str) -> str:
    """In the quotes that need nothing escaped where that can be: `"[70..79]"`, `'"深圳市"'`."""
    if "'" not in text and '"' in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def written_text(text: str) -> str:
    """A text; in quotes where YAML or a reader would take it for something else."""
    plain = _PLAIN.fullmatch(text) and not _NUMBER.fullmatch(text) and text.lower() not in _OTHERWISE_READ and text == text.strip()
    return text if plain else quoted(text)


def written_value(text: str) -> str:
    """A value or an expression, as a number, a name or in quotes."""
    return text if _NUMBER.fullmatch(text) or text in ("true", "false") else written_text(text)


def flow(value: Any) -> str:
    """In one line. Texts have been written already, by `written_text` or `written_value`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {flow(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return str(value)
