"""What a signed statement must show before it becomes a fact: each failure has its own reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from service.authority.running import ISSUER, licence_types
from service.demo import LI, WU
from service.evidence.providers.interface import Question
from service.evidence.providers.statements import IssuerKey, Untrusted, checked, header_of, read_keys, verified
from service.licences.format import LICENCE, licence_id
from service.signing_keys import new_key, signed
from tests.service.conftest import NOW, ROOT

CARD = licence_types(ROOT / "rules")["resident-id-card"]
CODE = "11100000000013127D001"
DEATHS = replace(CARD, kind="check", id="civil-affairs/death-register", type_code=None)
QUESTION = Question(CARD, LI, "李桂芳", "测试", NOW.date())
KEY = new_key(ISSUER)
SAID: dict[str, Any] = {
    "issuer": ISSUER, "licence_id": licence_id(CODE, ISSUER, "2026112300000001"), "version": "001", "type_code": CODE,
    "holder_code": LI, "holder_name": "李桂芳", "holder_type": "111", "status": "valid", "issued_on": "2015-06-01",
    "valid_until": None, "attributes": {"name": "李桂芳", "signature_valid": False, "holder": WU},
}  # fmt: skip
DIED = {**SAID, "licence_id": None, "version": None, "type_code": DEATHS.id, "issued_on": "2026-11-23", "holder_name": None}


def _facts(token: str, question: Question = QUESTION, key: OKPKey = KEY, trusted: frozenset[str] = frozenset({ISSUER})) -> Any:
    header = header_of(token)
    issuer = IssuerKey(ISSUER, key)
    return checked(verified(token, issuer, question), header, issuer, trusted, question)


def _reason(token: str, question: Question = QUESTION, **more: Any) -> str:
    with pytest.raises(Untrusted) as untrusted:
        _facts(token, question, **more)
    return untrusted.value.reason


def test_what_a_licence_says_of_itself_stands_above_its_attributes() -> None:
    assert _facts(signed(KEY, LICENCE, SAID)) == {
        "name": "李桂芳", "holder": LI, "status": "valid", "issued_on": "2015-06-01", "signature_valid": True}


@pytest.mark.parametrize(("changes", "reason"), [
    ({"holder_code": WU}, "wrong-holder"), ({"holder_name": "吴秀珍"}, "wrong-name"), ({"type_code": "x"}, "wrong-type"),
    ({"issuer": "11440300007542195T"}, "untrusted-issuer"), ({"licence_id": SAID["licence_id"][:-1] + "?"}, "malformed"),
    ({"licence_id": None}, "malformed"), ({"status": 1}, "malformed"), ({"attributes": []}, "malformed"),
])  # fmt: skip
def test_each_failure_has_its_own_reason(changes: dict[str, Any], reason: str) -> None:
    assert _reason(signed(KEY, LICENCE, {**SAID, **changes})) == reason


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "e30.e30.e30", "....", "\ud800".encode("utf-8", "replace").decode()])
def test_what_is_no_statement_is_malformed(token: str) -> None:
    assert _reason(token) == "malformed"


def test_no_other_algorithm_is_taken_and_none_least_of_all() -> None:
    public = orjson.dumps(KEY.as_dict(private=False)["x"])
    confused = jws.serialize_compact(
        {"alg": "HS256", "kid": str(KEY.kid), "typ": LICENCE}, orjson.dumps(SAID), OctKey.import_key(public.ljust(32))
    )
    header, payload, _ = signed(KEY, LICENCE, SAID).split(".")
    bare = "eyJhbGciOiJub25lIiwia2lkIjoiayIsInR5cCI6ImxpY2VuY2UrandzIn0"
    assert {_reason(confused), _reason(f"{bare}.{payload}."), _reason(f"{header}.{payload}.")} <= {"malformed", "bad-signature"}


def test_a_payload_that_was_changed_is_badly_signed() -> None:
    header, _, signature = signed(KEY, LICENCE, SAID).split(".")
    _, payload, _ = signed(KEY, LICENCE, {**SAID, "status": "revoked"}).split(".")
    with pytest.raises(Untrusted) as untrusted:
        _facts(f"{header}.{payload}.{signature}")
    assert (untrusted.value.reason, untrusted.value.answer) == ("bad-signature", {"signature_valid": False})


def test_a_licence_is_no_register_answer() -> None:
    assert _reason(signed(KEY, "register-answer+jws", SAID)) == "wrong-type"
    assert _reason(signed(KEY, LICENCE, DIED), replace(QUESTION, type=DEATHS)) == "wrong-type"


def test_yesterdays_answer_of_a_register_is_not_taken_today() -> None:
    question = replace(QUESTION, type=DEATHS)
    assert _facts(signed(KEY, "register-answer+jws", {**DIED, "status": "none"}), question) == "none"
    assert _reason(signed(KEY, "register-answer+jws", {**DIED, "issued_on": "2026-11-22"}), question) == "stale"


def test_nobody_is_trusted_for_a_type_that_names_nobody() -> None:
    assert _reason(signed(KEY, LICENCE, SAID), trusted=frozenset()) == "untrusted-issuer"


def test_a_key_without_issuer_is_no_key() -> None:
    key = KEY.as_dict(private=False)
    assert set(read_keys({"keys": [key, {**key, "kid": "x", "issuer": None}]})) == {key["kid"]}
    for wrong in ({}, {"keys": 1}, {"keys": [1]}, {"keys": [{**key, "x": "?"}]}):
        with pytest.raises(Untrusted):
            read_keys(wrong)


def test_a_name_with_a_character_that_registers_write_differently_is_left_to_the_ruleset() -> None:
    assert _facts(signed(KEY, LICENCE, {**SAID, "holder_name": "李桂□"}))["holder"] == LI
