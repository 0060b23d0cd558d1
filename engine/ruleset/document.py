"""Reads YAML bytes into nodes that know their place in the file. Nothing is typed or resolved here.

YAML 1.2 (https://yaml.org/spec/1.2.2/), read from libyaml's events, so that every limit is checked before anything
is built. What a scalar stands for is decided by whoever reads the node: `no`, `0123`, `300.10` are text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NoReturn, Protocol

import yaml

from engine.ruleset.findings import Finding, Place, Refused

__all__ = ["Entry", "Mapping", "Node", "Place", "Scalar", "Sequence", "read_document"]

LARGEST = 1 << 20  # bytes
DEEPEST = 32  # collections in one another
MOST_NODES = 10_000
MOST_TABLE_NODES = 60_000  # under the top-level key `tables`

# Controls, bidirectional controls and byte order marks hide what a rule says. NEL, LS and PS are line breaks to
# libyaml but not in YAML 1.2: refused, so that a line is the same thing to everyone.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_DIRECTIVE = re.compile(r"(?<![^\r\n])%")  # libyaml's time is quadratic in their number
_BREAK = r"(?:\r\n?|\n)"
_LINE_BREAK = re.compile(_BREAK)
_FOLD = rf"(?P<fold>[ \t]*+{_BREAK}(?:[ \t]*+{_BREAK})*+[ \t]*+)"
_BLANKS = r"(?P<blanks>[ \t]++)"
_PLAIN = re.compile(rf"{_FOLD}|{_BLANKS}|.")
_SINGLE = re.compile(rf"{_FOLD}|{_BLANKS}|''|.")
_DOUBLE = re.compile(
    rf"{_FOLD}|{_BLANKS}|\\(?P<joined>{_BREAK}(?:[ \t]*+{_BREAK})*+[ \t]*+)"
    r"|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|\\.|."
)


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    path: str
    text: str
    line_starts: list[int]

    def place(self, index: int) -> Place:
        line = bisect_right(self.line_starts, index)
        return Place(self.path, line, index - self.line_starts[line - 1] + 1)

    def line_start(self, index: int) -> int:
        return self.line_starts[bisect_right(self.line_starts, index) - 1]

    def line_end(self, index: int) -> int:
        found = _LINE_BREAK.search(self.text, index)
        return found.start() if found else len(self.text)

    def refuse(self, index: int, code: str, **params: str) -> NoReturn:
        raise Refused([Finding(self.place(index), code, params)])


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """`text`: as written, after YAML's quotes, escapes and folding. `quoted`: in single or double quotes."""

    text: str
    quoted: bool
    _source: _Source = field(repr=False)
    _start: int = field(repr=False)
    _end: int = field(repr=False)
    _style: str = field(repr=False)  # one of "", ', ", |, >

    def place(self, offset: int = 0) -> Place:
        """Where the code point `text[offset]` stands in the file; from `len(text)` on, where the text ends."""
        return self._source.place(self._index(offset))

    def _index(self, offset: int) -> int:
        end = self._start if not self.text else self._end - 1 if self.quoted else self._end
        return next(islice(self._indices(), offset, None), end)

    def _indices(self) -> Iterator[int]:
        """The index in the source of each code point of the text, in order; a block may add the breaks it dropped."""
        if self._style in ("|", ">"):
            return _block_indices(self._source.text[self._start : self._end], self._start, self.text, self._style)
        return _flow_indices(self._source.text, self._start, self._end, self._style)


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """`flow`: written in brackets, its items parted by commas."""

    items: tuple[Node, ...]
    flow: bool
    _source: _Source = field(repr=False)
    _start: int = field(repr=False)

    def place(self) -> Place:
        return self._source.place(self._start)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """`entries` by the text of their keys, in file order."""

    entries: dict[str, Entry]
    _source: _Source = field(repr=False)
    _start: int = field(repr=False)

    def place(self) -> Place:
        return self._source.place(self._start)


Node = Scalar | Sequence | Mapping


def read_document(path: str, data: bytes, *, largest: int = LARGEST, most_nodes: int = MOST_NODES) -> Node:
    """The one document in `data`. Raises Refused with exactly one finding, and nothing else, for whatever bytes."""
    source = _decode(path, data, largest)
    reading = _Reading(source, most_nodes)
    try:
        for event in yaml.parse(source.text, Loader=yaml.CSafeLoader):
            reading.take(event)
    except yaml.MarkedYAMLError as error:
        _refuse_syntax(reading, error)
    except yaml.YAMLError as error:
        source.refuse(0, "yaml-syntax", problem=str(error))
    reading.refuse_without_colon()
    root = reading.root
    if root is None or (isinstance(root, Scalar) and not root.text and not root.quoted):
        source.refuse(0, "empty-document")
    return root


def _decode(path: str, data: bytes, largest: int) -> _Source:
    if len(data) > largest:
        _Source(path, "", [0]).refuse(0, "too-large", size=str(len(data)), limit=str(largest))
    try:
        text, wrong = data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        text, wrong = data[: error.start].decode("utf-8"), data[error.start]
    text = text.removeprefix("\ufeff")
    source = _Source(path, text, [0, *(found.end() for found in _LINE_BREAK.finditer(text))])
    if wrong is not None:
        source.refuse(len(text), "not-utf8", byte=f"0x{wrong:02X}")
    if control := _CONTROL.search(text):
        source.refuse(control.start(), "control-character", character=_code_point(control[0]))
    if directive := _DIRECTIVE.search(text):
        source.refuse(directive.start(), "directive")
    return source


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


# ---- building nodes from events


class _Mark(Protocol):
    @property
    def index(self) -> int: ...


def _at(mark: _Mark | None) -> int:
    """Code points from the beginning of the text."""
    return mark.index if mark else 0


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come. `key` waits for its value."""

    start: int
    mapping: bool
    flow: bool
    entries: dict[str, Entry] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    key: Scalar | None = None


@dataclass(slots=True)
class _Reading:
    source: _Source
    most_nodes: int
    root: Node | None = None
    open: list[_Open] = field(default_factory=list)
    nodes: int = 0
    table_nodes: int = 0
    last: yaml.Event | None = None
    without_colon: Scalar | None = None

    def take(self, event: yaml.Event) -> None:
        self.last = event
        start = _at(event.start_mark)
        match event:
            case yaml.DocumentStartEvent() if self.root is not None:
                self.source.refuse(start, "several-documents")
            case yaml.AliasEvent():
                self.source.refuse(start, "alias")
            case yaml.ScalarEvent():
                self._admit(event)
                self._add(self._scalar(event))
            case yaml.CollectionStartEvent():
                self._admit(event)
                if len(self.open) == DEEPEST:
                    self.source.refuse(start, "too-deep", limit=str(DEEPEST))
                if self.open and self.open[-1].mapping and self.open[-1].key is None:
                    self.source.refuse(start, "non-scalar-key")
                self.open.append(_Open(start, isinstance(event, yaml.MappingStartEvent), bool(event.flow_style)))
            case yaml.CollectionEndEvent():
                done = self.open.pop()
                if done.mapping:
                    self._add(Mapping(done.entries, self.source, done.start))
                else:
                    self._add(Sequence(tuple(done.items), done.flow, self.source, done.start))

    def _admit(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        start = _at(event.start_mark)
        if event.anchor is not None:
            self.source.refuse(start, "anchor")
        if event.tag is not None:
            self.source.refuse(start, "tag")
        if self.open and (key := self.open[0].key) and key.text == "tables":
            self.table_nodes += 1
            if self.table_nodes > MOST_TABLE_NODES:
                self.source.refuse(start, "too-many-table-nodes", limit=str(MOST_TABLE_NODES))
        else:
            self.nodes += 1
            if self.nodes > self.most_nodes:
                self.source.refuse(start, "too-many-nodes", limit=str(self.most_nodes))

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        style = event.style or ""
        quoted = style in ("'", '"')
        scalar = Scalar(event.value, quoted, self.source, _at(event.start_mark), _at(event.end_mark), style)
        if style == '"' and (control := _CONTROL.search(scalar.text)):  # by an escape
            at = scalar._index(control.start())
            self.source.refuse(at, "control-character", character=_code_point(control[0]))
        return scalar

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        if not top.mapping:
            top.items.append(node)
        elif top.key is not None:
            if top.flow and self._lacks_colon(top.key, node):
                self.without_colon = self.without_colon or top.key
            top.entries[top.key.text] = Entry(top.key, node)
            top.key = None
        else:
            assert isinstance(node, Scalar)
            top.key = self._key(node, top.entries)

    def _key(self, key: Scalar, entries: dict[str, Entry]) -> Scalar:
        if key.text == "<<" and not key.quoted:
            self.source.refuse(key._start, "merge-key")
        if before := entries.get(key.text):
            self.refuse_without_colon()
            self.source.refuse(key._start, "duplicate-key", key=key.text, line=str(before.key.place().line))
        return key


    def _lacks_colon(self, key: Scalar, value: Node) -> bool:
        """In braces YAML takes a key without a colon: most often the end of a value that has a comma."""
        if not isinstance(value, Scalar) or value.quoted or value.text:
            return False
        return not self.source.text[key._end : value._start].lstrip().startswith(":")

    def refuse_without_colon(self) -> None:
        """Once the file is known to be YAML: that says more about text behind the brace, as in `{name}岁`."""
        key = self.without_colon
        if key is None:
            return
        wide = re.match(r"[\w-]+(：)", key.text)
        if wide and not key.quoted:
            self.source.refuse(key._index(wide.start(1)), "full-width-colon")
        self.source.refuse(key._start, "entry-without-colon", key=key.text)


# ---- where the code points of a scalar stand


def _flow_indices(source: str, start: int, end: int, style: str) -> Iterator[int]:
    """Of a plain or quoted scalar: https://yaml.org/spec/1.2.2/#73-flow-scalar-styles"""
    piece = {"": _PLAIN, "'": _SINGLE, '"': _DOUBLE}[style]
    inside = (start + 1, end - 1) if style else (start, end)
    for found in piece.finditer(source, *inside):
        match found.lastgroup:
            case "blanks":
                yield from range(*found.span())
            case "fold":  # one break is a space, n breaks are n - 1
                breaks = [a_break.start() for a_break in _LINE_BREAK.finditer(source, *found.span())]
                yield from breaks[1:] or breaks
            case "joined":  # an escaped break is nothing
                breaks = [a_break.start() for a_break in _LINE_BREAK.finditer(source, *found.span())]
                yield from breaks[1:]
            case _:
                yield found.start()


def _block_indices(block: str, start: int, text: str, style: str) -> Iterator[int]:
    """Of a literal or folded block: https://yaml.org/spec/1.2.2/#81-block-scalar-styles"""
    lines = block.splitlines(keepends=True)
    at = start + len(lines[0])  # after the header
    indent = _indent(lines[1:], text)
    pending: list[int] = []  # breaks since the last line with content
    spaced = True  # whether that line began with a blank; before the first one nothing folds
    for line in lines[1:]:
        bare = line.rstrip("\r\n")
        first = at + min(indent, _spaces(bare))
        past = at + len(bare)
        at += len(line)
        if first == past:
            pending.append(past)
            continue
        blank = block[first - start] in " \t"
        if style == ">" and not spaced and not blank:
            pending = pending[1:] or pending
        yield from pending
        yield from range(first, past)
        pending, spaced = [past], blank
    yield from pending


def _indent(lines: list[str], text: str) -> int:
    """How many spaces were taken off each line: seen at the first line with content, which comes after as many empty
    lines as the text begins with breaks."""
    content = text.lstrip("\n")
    first = len(text) - len(content)
    return _spaces(lines[first]) - _spaces(content) if content else LARGEST


def _spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


# ---- libyaml's complaints, in words a policy writer knows


def _refuse_syntax(reading: _Reading, error: yaml.MarkedYAMLError) -> NoReturn:
    source, text = reading.source, reading.source.text
    context, problem = error.context or "", error.problem or ""
    at = min(_at(error.problem_mark), len(text))
    begun = min(_at(error.context_mark), len(text))
    here, opened = text[at : at + 1], text[begun : begun + 1]
    bracket = reading.open[-1] if reading.open and reading.open[-1].flow else None

    if "quoted scalar" in context and "found unexpected" in problem:
        source.refuse(begun, "unclosed-quote", quote=opened)
    if "quoted scalar" in context:
        source.refuse(at, "bad-escape")
    if bracket and not text[at:].strip():
        source.refuse(bracket.start, "unclosed-bracket", bracket=text[bracket.start])
    if "tab character" in problem or ("cannot start" in problem and here == "\t"):
        source.refuse(at, "tab-indentation")
    if "could not find expected ':'" in problem:
        wide = text.find("：", begun, source.line_end(begun))
        source.refuse(max(begun, wide), "missing-colon" if wide < 0 else "full-width-colon")
    if "mapping values are not allowed" in problem:
        wide = _full_width_colon(reading, at)
        source.refuse(at if wide < 0 else wide, "colon-in-value" if wide < 0 else "full-width-colon")
    if "block sequence entries are not allowed" in problem:
        source.refuse(at, "misplaced-list")
    for code in ("alias", "anchor", "tag"):
        if code in context.split():
            source.refuse(begun, code)
    if "block scalar" in context:
        source.refuse(begun, "unexpected-character", character=opened)
    if here and ("cannot start" in problem or "mapping keys" in problem or "node content" in problem):
        source.refuse(at, "unexpected-character", character=here)
    if bracket:
        line = str(source.place(bracket.start).line)
        source.refuse(at, "missing-comma", bracket=text[bracket.start], line=line)
    if "<document start>" in problem and isinstance(reading.last, yaml.DocumentEndEvent) and reading.last.explicit:
        source.refuse(at, "several-documents")
    if "did not find expected" in problem:
        begins_line = not text[source.line_start(at) : at].strip()
        source.refuse(at, "indentation" if begins_line else "text-after-value")
    source.refuse(at, "yaml-syntax", problem=problem)


def _full_width_colon(reading: _Reading, before: int) -> int:
    """The `：` of a `key：value` line that libyaml took for text running on to the line of `before`; -1 if none."""
    source, last = reading.source, reading.last
    if not isinstance(last, yaml.ScalarEvent) or last.style:
        return -1
    start = _at(last.start_mark)
    begins_line = not source.text[source.line_start(start) : start].strip(" -")
    return source.text.find("：", start, source.line_start(before)) if begins_line else -1
