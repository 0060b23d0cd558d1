"""What is signed: keys in a file, heads that follow each other, seals on receipts, and heads kept outside the database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decision.strict_json import canonical
from service.audit.anchors import AnchorAddress, AnchorFile, anchored_at
from service.audit.heads import Head, Signed, read_head
from service.audit.receipt_seal import KIND, check_seal, sealed
from service.signing_keys import BadSignature, PublicKeys, SigningKeys, new_key

RECEIPT: dict[str, Any] = {"conclusion": "approve", "facts": {"applicant": {"name": "李桂芳"}}, "grant": {"monthly_amount": "300.00"}}
FIRST = Head(
    batch=1, first=0, size=3, rows="0" * 64, root="0" * 64, previous=None, until=4, at="2026-11-23T02:00:00.000000+00:00"
)  # fmt: skip


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys(tmp_path / "seal-keys.json")


def public(keys: SigningKeys) -> PublicKeys:
    return PublicKeys(keys.public())


def test_keys_are_their_owners_and_survive_a_restart(keys: SigningKeys, tmp_path: Path) -> None:
    assert (tmp_path / "seal-keys.json").stat().st_mode & 0o777 == 0o600
    assert SigningKeys(tmp_path / "seal-keys.json").current == keys.current
    assert all("d" not in each for each in keys.public()["keys"])


def test_a_new_key_signs_and_the_old_one_still_verifies(keys: SigningKeys, tmp_path: Path) -> None:
    running = SigningKeys(tmp_path / "seal-keys.json")
    before = sealed(keys, canonical(RECEIPT))
    made = keys.rotate()
    running.reload()
    assert running.current == made
    for each in (before, sealed(running, canonical(RECEIPT))):
        check_seal(orjson.loads(each), public(running))
    assert before != sealed(running, canonical(RECEIPT))


@pytest.mark.parametrize(
    "jwks", [None, {}, {"keys": [1]}, {"keys": [{"kty": "OKP"}]}, {"keys": [new_key().as_dict(private=False) | {"kid": ""}]}]
)
def test_what_is_no_set_of_keys_is_refused(jwks: Any) -> None:
    with pytest.raises(ValueError, match="JWK set"):
        PublicKeys(jwks)


def test_a_sealed_receipt_is_canonical_and_its_seal_holds(keys: SigningKeys) -> None:
    body = sealed(keys, canonical(RECEIPT))
    document = orjson.loads(body)
    assert body == canonical(document)
    assert {name: each for name, each in document.items() if name != "seal"} == RECEIPT
    check_seal(document, public(keys))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"grant": {"monthly_amount": "3000.00"}}, "bad-signature"), ({"added": None}, "bad-signature"), ({"seal": None}, "malformed"),
        ({"seal": "a..b"}, "malformed"), ({"seal": "阿"}, "malformed"),
    ],
)  # fmt: skip
def test_a_receipt_that_was_changed_is_noticed(keys: SigningKeys, change: dict[str, Any], code: str) -> None:
    with pytest.raises(BadSignature, match=code):
        check_seal(orjson.loads(sealed(keys, canonical(RECEIPT))) | change, public(keys))


def test_the_seal_of_another_is_noticed(keys: SigningKeys, tmp_path: Path) -> None:
    other = SigningKeys(tmp_path / "other.json")
    with pytest.raises(BadSignature, match="unknown-key"):
        check_seal(orjson.loads(sealed(other, canonical(RECEIPT))), public(keys))


def test_a_head_is_read_back_and_nothing_else_passes_for_one(keys: SigningKeys) -> None:
    signed = Signed.by(keys, FIRST)
    assert read_head(signed.token, public(keys)) == signed
    for token in (
        keys.sign(KIND, canonical(FIRST.model_dump())),
        keys.sign("miaopi-head+jws", b"{}"),
        keys.sign("miaopi-head+jws", canonical(FIRST.model_dump() | {"size": "3"})),
        "",
    ):
        with pytest.raises(BadSignature, match="malformed"):
            read_head(token, public(keys))
    header, payload, signature = signed.token.split(".")
    with pytest.raises(BadSignature, match="bad-signature"):
        read_head(f"{header}.{payload}.{signature[:-4]}AAAA", public(keys))


def test_a_head_follows_the_one_it_names_and_no_other(keys: SigningKeys) -> None:
    first = Signed.by(keys, FIRST)
    second = FIRST.model_copy(update={"batch": 2, "first": 3, "size": 5, "previous": first.digest})
    assert FIRST.follows(None)
    assert second.follows(first)
    assert not second.follows(None)
    assert not FIRST.follows(first)
    changes: list[dict[str, Any]] = [{"batch": 3}, {"first": 2}, {"size": 3}, {"previous": "1" * 64}, {"previous": None}]
    assert not any(second.model_copy(update=change).follows(first) for change in changes)


@given(st.lists(st.lists(st.text("abc.-_", min_size=1, max_size=9), max_size=4), max_size=4), st.integers(0, 5))
def test_anchors_are_read_back_in_order_whatever_line_was_torn(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[str]], torn: int
) -> None:
    anchors = AnchorFile(tmp_path_factory.mktemp("anchors") / "data" / "anchors.jsonl")
    assert (anchors.kept(), anchors.last()) == ((), None)
    for batch in batches:
        anchors.keep(batch)
        with anchors.path.open("ab") as file:
            file.write(b'{"head'[:torn])
    expected = [each for batch in batches for each in batch]
    assert list(anchors.kept()) == expected
    assert anchors.last() == (expected[-1] if expected else None)


def test_anchors_are_their_owners(tmp_path: Path) -> None:
    anchors = anchored_at(None, tmp_path / "data")
    anchors.keep(["a"])
    assert os.stat(tmp_path / "data" / "anchors.jsonl").st_mode & 0o777 == 0o600


def test_where_heads_are_kept_is_a_setting(tmp_path: Path) -> None:
    assert anchored_at(str(tmp_path / "elsewhere"), tmp_path / "data") == AnchorFile(tmp_path / "elsewhere")
    assert isinstance(anchored_at("https://anchor.example/heads", tmp_path), AnchorAddress)
    with pytest.raises(ValueError, match="MIAOPI_ANCHOR"):
        anchored_at("ftp://anchor.example", tmp_path)
