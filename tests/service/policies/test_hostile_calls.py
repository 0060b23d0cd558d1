"""What nobody should send about policies is refused, and is no failure of the service."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.conftest import V1
from tests.service.policies.writing import SENIOR, TODAY, Writers, cases, flat, path, seen

NUL = "a\x00b"


@pytest.mark.parametrize(("method", "where", "body"), [
    ("POST", "stop", {"reason": NUL}), ("POST", "resume", {"reason": NUL}), ("POST", "stop", {"reason": ""}),
    ("POST", "stop", {"reason": "x" * 4001}), ("POST", "stop", {"reason": "x", "more": 1}),
    ("POST", "roll-back", {"hash": NUL, "effective": TODAY, "reason": "x"}),
    ("POST", "roll-back", {"hash": "sha256:0", "effective": TODAY, "reason": NUL}),
    ("POST", "roll-back", {"hash": "sha256:" + "0" * 64, "effective": "0001-01-01", "reason": "x"}),
    ("POST", "roll-back", {"hash": "sha256:" + "0" * 64, "effective": "9999-12-31", "reason": "x"}),
    ("GET", "versions/%00", None), ("GET", "versions/x", None), ("GET", "drafts/9999-12-31", None), ("GET", "drafts/x", None),
    ("PUT", "drafts/9999-12-31", {"text": 1}), ("POST", f"drafts/{TODAY}/submit", {"reason": NUL}),
    ("POST", f"drafts/{TODAY}/publish", {"shadow": "yes"}), ("POST", f"drafts/{TODAY}/try", {}),
    ("POST", f"drafts/{TODAY}/try", {"facts": {}, "case": "x"}), ("POST", f"drafts/{TODAY}/try", {"case": NUL}),
    ("POST", f"drafts/{TODAY}/try", {"facts": {"form": {"bank_account": NUL}}}),
    ("POST", f"drafts/{TODAY}/try", {"facts": {}, "on": "0001-01-01"}),
    ("POST", f"drafts/{TODAY}/try", {"facts": {}, "on": "9999-12-31"}),
    ("POST", "coming/9999-12-31/withdraw", {"reason": "x"}),
])  # fmt: skip
def test_it_is_refused(writing: Writers, method: str, where: str, body: Any) -> None:
    writing.draft(flat(500), cases(TODAY))
    options = {} if body is None else {"json": body}
    answer = writing.one.call(method, f"{V1}/policies/{SENIOR}/{where}", headers=seen(1), **options)
    assert 400 <= answer.status_code < 500
    assert answer.json()["type"].startswith("urn:miaopi:problem:")


@pytest.mark.parametrize("version", ["x", "*", '"-1"', '"99999999999999999999"', 'W/"1"', ""])
def test_a_version_that_is_none_is_refused(writing: Writers, version: str) -> None:
    writing.draft(flat(500), cases(TODAY))
    answer = writing.one.call("PUT", path(TODAY), json={"text": "x"}, headers={"If-Match": version})
    assert answer.status_code in (412, 428)


@pytest.mark.parametrize("ruleset", ["%00", "%2E%2E", "common", "Senior", "a" * 101, "规则"])
def test_what_could_never_be_a_ruleset_is_none(writing: Writers, ruleset: str) -> None:
    for method, where in (("GET", ""), ("PUT", f"/drafts/{TODAY}"), ("POST", "/stop"), ("GET", "/shadow")):
        body = {"PUT": {"json": {"text": "x"}}, "POST": {"json": {"reason": "x"}}}.get(method, {})
        answer = writing.one.call(method, f"{V1}/policies/{ruleset}{where}", **body)
        assert answer.status_code in (404, 405)
