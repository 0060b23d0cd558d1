"""Merkle trees as RFC 9162 has them (2.1, the same hashes as RFC 6962): roots, proofs, and whether a proof holds. SHA-256.

Any other implementation of those documents reads the same roots and proofs. Pure: where hashes are kept is the business of a `Tree`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

EMPTY = hashlib.sha256().digest()
"""The root of no leaves."""


class Tree(Protocol):
    """Knows the hash of each perfect subtree: of the leaves from `place * 2**level` to below `(place + 1) * 2**level`."""

    def perfect(self, level: int, place: int) -> bytes: ...


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def folded(hashes: Sequence[bytes]) -> bytes:
    """The hash over a row of hashes whose number is a power of two."""
    while len(hashes) > 1:
        hashes = [node_hash(*hashes[place : place + 2]) for place in range(0, len(hashes), 2)]
    return hashes[0]


def root(tree: Tree, size: int) -> bytes:
    """Over the first `size` leaves."""
    return _between(tree, 0, size) if size else EMPTY


def inclusion(tree: Tree, position: int, size: int) -> tuple[bytes, ...]:
    """That a leaf is among the first `size` (2.1.3.1). Positions count from 0."""
    if not 0 <= position < size:
        raise ValueError(f"there is no leaf {position} among {size}")
    path, first, last = [], 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if position < middle:
            path.append(_between(tree, middle, last))
            last = middle
        else:
            path.append(_between(tree, first, middle))
            first = middle
    return tuple(reversed(path))


def consistency(tree: Tree, old: int, new: int) -> tuple[bytes, ...]:
    """That the first `new` leaves begin with the first `old` (2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError(f"{old} leaves do not grow into {new}")
    path, first, last, whole = [], 0, new, True
    while old < last:
        middle = first + _split(last - first)
        if old <= middle:
            path.append(_between(tree, middle, last))
            last = middle
        else:
            path.append(_between(tree, first, middle))
            first, whole = middle, False
    if not whole:
        path.append(_between(tree, first, last))
    return tuple(reversed(path))


def is_included(leaf: bytes, position: int, size: int, path: Iterable[bytes], root: bytes) -> bool:
    """Whether the proof holds (2.1.3.2). `leaf`: its hash."""
    if not 0 <= position < size:
        return False
    place, last, found = position, size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = node_hash(each, found)
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            found = node_hash(found, each)
        place, last = place // 2, last // 2
    return last == 0 and found == root


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the proof holds (2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    nodes = [old_root, *path] if old & (old - 1) == 0 else [*path]
    if not nodes:
        return False
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place // 2, last // 2
    before = after = nodes[0]
    for each in nodes[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            before, after = node_hash(each, before), node_hash(each, after)
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            after = node_hash(after, each)
        place, last = place // 2, last // 2
    return last == 0 and before == old_root and after == new_root


class Growing:
    """A tree that leaves are added to, of which only the hashes that its root needs are kept: one for each bit of its size."""

    def __init__(self, finished: Callable[[int, int, bytes], None] = lambda level, place, hash_: None) -> None:
        """`finished` is told of each perfect subtree above a leaf: level, place, hash."""
        self.size = 0
        self._finished = finished
        self._peaks: list[bytes] = []

    def resume(self, tree: Tree, size: int) -> None:
        """Goes on where a tree of this size ended."""
        self.size, self._peaks = size, []
        first = 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                self._peaks.append(tree.perfect(level, first >> level))
                first += 1 << level

    def add(self, leaf: bytes) -> None:
        found, level, place = leaf, 0, self.size
        while place % 2:
            found, level, place = node_hash(self._peaks.pop(), found), level + 1, place // 2
            self._finished(level, place, found)
        self._peaks.append(found)
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY
        found = self._peaks[-1]
        for each in reversed(self._peaks[:-1]):
            found = node_hash(each, found)
        return found


def _between(tree: Tree, first: int, last: int) -> bytes:
    """The hash over leaves of the tree that are one node of some tree: `first` is a multiple of the power of two that covers them."""
    count = last - first
    if count & (count - 1) == 0:
        return tree.perfect(count.bit_length() - 1, first // count)
    middle = first + _split(count)
    return node_hash(_between(tree, first, middle), _between(tree, middle, last))


def _split(count: int) -> int:
    """The largest power of two below."""
    return 1 << (count - 1).bit_length() - 1
