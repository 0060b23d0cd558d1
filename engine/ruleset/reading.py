"""Which names an expression reads, as paths of segments: `("hukou", "city")`. Bound variables and `item` are not names."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language import tree

Path = tuple[str, ...]


def paths_read(root: tree.Node, bound: frozenset[str] = frozenset()) -> Iterator[Path]:
    """Every free path, with repeats, in the order it stands. `sampled` reads `("case", "draw")`."""
    match root:
        case tree.Name() | tree.Field():
            path, base = _path(root)
            if base is not None:
                yield from paths_read(base, bound)
            elif path[0] not in bound and path[0] != "item":
                yield path
        case tree.Quantified():
            yield from paths_read(root.items, bound)
            yield from paths_read(root.test, bound | {root.variable})
        case _:
            if isinstance(root, tree.Call) and root.function == "sampled":
                yield ("case", "draw")
            for child in tree.children(root):
                yield from paths_read(child, bound)


def _path(node: tree.Node) -> tuple[Path, tree.Node | None]:
    """The segments of a dotted path; if it does not begin with a name, what it begins with."""
    segments: list[str] = []
    while isinstance(node, tree.Field):
        segments.append(node.name)
        node = node.base
    if isinstance(node, tree.Name):
        return (node.name, *reversed(segments)), None
    return tuple(reversed(segments)), node
