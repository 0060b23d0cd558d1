"""What policy writers do over the API before a page is looked at: drafts begun, changed, proved and published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from service.demo import WRITER, WRITER_2
from tests.web.days import next_year

SENIOR, SUBSIDY = "senior-allowance", "employment-creation-subsidy"
_AGE = "from: {2019-10-01: 70"


@contextmanager
def writing(base: str, number: str = WRITER) -> Iterator[httpx.Client]:
    """The API's client of a policy writer."""
    with httpx.Client(base_url=f"{base}/api/v1/", trust_env=False, timeout=60) as client:
        assert client.post("sessions", json={"number": number}).status_code == 201
        yield client


def begun(base: str, ruleset: str, day: str) -> str:
    """Where the draft's pages are."""
    with writing(base) as client:
        answered(client.post(f"policies/{ruleset}/drafts/{day}/begin"))
    return f"/studio/{ruleset}/drafts/{day}"


def drafted(base: str, ruleset: str, day: str) -> dict[str, Any]:
    """The draft as it is kept."""
    with writing(base) as client:
        found: dict[str, Any] = answered(client.get(f"policies/{ruleset}/drafts/{day}"))
    return found


def submitted(base: str, ruleset: str, day: str, changes: Mapping[str, str]) -> str:
    """A draft with some words changed, in rules and cases alike, that waits for somebody else. The page to review it."""
    where = f"policies/{ruleset}/drafts/{day}"
    with writing(base) as client:
        draft = answered(client.post(f"{where}/begin"))
        text, cases = draft["text"], draft["cases"]
        for old, new in changes.items():
            assert old in text or old in cases
            text, cases = text.replace(old, new), cases.replace(old, new)
        answered(client.put(where, json={"text": text, "cases": cases}, headers={"If-Match": '"1"'}))
        answered(client.post(f"{where}/submit", json={"reason": "已核对条文和全部用例。"}, headers={"If-Match": '"2"'}))
    return f"/studio/{ruleset}/drafts/{day}/review"


def published(base: str, ruleset: str, day: str, changes: Mapping[str, str]) -> None:
    submitted(base, ruleset, day, changes)
    with writing(base, WRITER_2) as other:
        where = f"policies/{ruleset}/drafts/{day}"
        version = answered(other.get(where))["version"]
        answered(other.post(f"{where}/publish", json={}, headers={"If-Match": f'"{version}"'}))


def with_drafts(base: str) -> dict[str, str]:
    """A draft that is being changed and one submitted, for the same `day`; `hash` is that of the senior allowance's first version."""
    day = next_year()
    with writing(base) as one:
        draft = answered(one.post(f"policies/{SENIOR}/drafts/{day}/begin"))
        text = draft["text"].replace(_AGE, f"{_AGE}, {day}: 65")
        answered(one.put(f"policies/{SENIOR}/drafts/{day}", json={"text": text, "cases": draft["cases"]}, headers={"If-Match": '"1"'}))
        answered(one.post(f"policies/{SENIOR}/drafts/{day}/test", json={}))
        answered(one.post(f"policies/{SUBSIDY}/drafts/{day}/begin"))
        where = f"policies/{SUBSIDY}/drafts/{day}"
        answered(one.post(f"{where}/submit", json={"reason": "年度复核，条文没有变化，已核对全部用例。"}, headers={"If-Match": '"1"'}))
        found: str = answered(one.get(f"policies/{SENIOR}"))["versions"][0]["hash"]
        return {"hash": found, "day": day}


def answered(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None
