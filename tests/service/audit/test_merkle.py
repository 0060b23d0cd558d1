"""Merkle trees held to RFC 9162: to its definitions, written down word for word, and to the vectors of its reference software."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.audit import merkle
from service.audit.merkle import (
    Growing,
    consistency,
    folded,
    inclusion,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root,
)

VECTORS = [bytes.fromhex(each) for each in
           ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Of the first leaf, the first two, and so on: certificate-transparency's own."""
sizes = st.integers(1, 70)


class Listed:
    """A tree over leaf hashes in memory."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = leaves

    def perfect(self, level: int, place: int) -> bytes:
        return folded(self.leaves[place << level : place + 1 << level])


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % each) for each in range(size)]


def mth(hashes: Sequence[bytes]) -> bytes:
    """2.1.1, over leaf hashes."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = max(1 << bit for bit in range(10) if 1 << bit < len(hashes))
    return hashlib.sha256(b"\x01" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def path(m: int, hashes: Sequence[bytes]) -> list[bytes]:
    """2.1.3.1"""
    if len(hashes) == 1:
        return []
    k = max(1 << bit for bit in range(10) if 1 << bit < len(hashes))
    return [*path(m, hashes[:k]), mth(hashes[k:])] if m < k else [*path(m - k, hashes[k:]), mth(hashes[:k])]


def subproof(m: int, hashes: Sequence[bytes], whole: bool) -> list[bytes]:
    """2.1.4.1"""
    if m == len(hashes):
        return [] if whole else [mth(hashes)]
    k = max(1 << bit for bit in range(10) if 1 << bit < len(hashes))
    if m <= k:
        return [*subproof(m, hashes[:k], whole), mth(hashes[k:])]
    return [*subproof(m - k, hashes[k:], False), mth(hashes[:k])]


@pytest.mark.parametrize("size", range(len(VECTORS) + 1))
def test_roots_are_those_of_the_reference_software(size: int) -> None:
    hashes = [leaf_hash(each) for each in VECTORS[:size]]
    assert root(Listed(hashes), size).hex() == (ROOTS[size - 1] if size else hashlib.sha256().hexdigest())


@given(sizes, st.data())
def test_an_inclusion_proof_is_the_one_of_the_rfc_and_holds(size: int, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    proof = inclusion(Listed(hashes), position, size)
    assert list(proof) == path(position, hashes)
    assert is_included(hashes[position], position, size, proof, mth(hashes))


@given(sizes, st.data())
def test_a_consistency_proof_is_the_one_of_the_rfc_and_holds(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    hashes = leaves(new)
    proof = consistency(Listed(hashes), old, new)
    assert list(proof) == subproof(old, hashes, True)
    assert is_consistent(old, new, mth(hashes[:old]), mth(hashes), proof)


@given(sizes, st.data())
def test_an_inclusion_proof_holds_for_nothing_else(size: int, data: st.DataObject) -> None:
    position, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-1, size + 1))
    hashes = leaves(size)
    proof = inclusion(Listed(hashes), position, size)
    assert not is_included(leaf_hash(b"another"), position, size, proof, mth(hashes))
    assert not is_included(hashes[position], position, size, proof, leaf_hash(b"another"))
    assert not is_included(hashes[position], position, size, [*proof, proof[0] if proof else b""], mth(hashes))
    if other != position:
        assert not is_included(hashes[position], other, size, proof, mth(hashes))
    if proof:
        changed = data.draw(st.integers(0, len(proof) - 1))
        assert not is_included(hashes[position], position, size, proof[1:], mth(hashes))
        assert not is_included(
            hashes[position], position, size, [*proof[:changed], bytes(32), *proof[changed + 1 :]], mth(hashes)
        )


@given(sizes, st.data())
def test_a_history_that_was_rewritten_has_no_consistency_proof(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    hashes = leaves(new)
    proof = consistency(Listed(hashes), old, new)
    rewritten = [*hashes]
    rewritten[data.draw(st.integers(0, old - 1))] = leaf_hash(b"another")
    assert not is_consistent(old, new, mth(rewritten[:old]), mth(hashes), proof)
    assert not is_consistent(old, new, mth(hashes[:old]), mth(rewritten), proof)
    assert not is_consistent(old, new, mth(hashes[:old]), mth(hashes), [*proof, bytes(32)])
    if proof:
        assert not is_consistent(old, new, mth(hashes[:old]), mth(hashes), proof[:-1])


@given(sizes, st.data())
def test_a_tree_grows_to_the_same_root_wherever_it_is_taken_up(size: int, data: st.DataObject) -> None:
    begun = data.draw(st.integers(0, size))
    hashes = leaves(size)
    told: dict[tuple[int, int], bytes] = {}
    growing = Growing(lambda level, place, hash_: told.update({(level, place): hash_}))
    growing.resume(Listed(hashes), begun)
    for each in hashes[begun:]:
        growing.add(each)
    assert (growing.size, growing.root) == (size, mth(hashes))
    assert all(hash_ == Listed(hashes).perfect(*place) for place, hash_ in told.items())
    finished = {(level, place) for level in range(1, 8) for place in range(size >> level)}
    assert set(told) == {(level, place) for level, place in finished if place + 1 << level > begun}


def test_no_proof_is_made_of_what_is_not_there() -> None:
    tree = Listed(leaves(3))
    for position in (-1, 3):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion(tree, position, 3)
    for old in (0, 4):
        with pytest.raises(ValueError, match="do not grow"):
            consistency(tree, old, 3)
    assert not is_consistent(0, 3, merkle.EMPTY, root(tree, 3), [])
    assert not is_consistent(3, 5, root(tree, 3), root(tree, 3), [])


def test_a_leaf_is_never_a_node() -> None:
    left, right = leaves(2)
    assert leaf_hash(left + right) != node_hash(left, right)
