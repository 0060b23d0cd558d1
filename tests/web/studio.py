"""What policy writers have done by the time their pages are looked at: a draft under way, and one to review."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx

from service.demo import WRITER, WRITER_2

SENIOR, SUBSIDY = "senior-allowance", "employment-creation-subsidy"


def with_drafts(base: str) -> dict[str, str]:
    """A draft that is being changed and one submitted, for the same `day`; `hash` is that of the senior allowance's first version."""
    day = date(date.today().year + 1, 1, 1).isoformat()
    with httpx.Client(base_url=f"{base}/api/v1/", trust_env=False, timeout=60) as one, httpx.Client(
        base_url=f"{base}/api/v1/", trust_env=False, timeout=60
    ) as other:
        for client, number in ((one, WRITER), (other, WRITER_2)):
            assert client.post("sessions", json={"number": number}).status_code == 201
        draft = _ok(one.post(f"policies/{SENIOR}/drafts/{day}/begin"))
        text = draft["text"].replace("from: {2019-10-01: 70}", f"from: {{2019-10-01: 70, {day}: 65}}")
        _ok(one.put(f"policies/{SENIOR}/drafts/{day}", json={"text": text, "cases": draft["cases"]}, headers={"If-Match": '"1"'}))
        _ok(one.post(f"policies/{SENIOR}/drafts/{day}/test", json={}))
        _ok(one.post(f"policies/{SUBSIDY}/drafts/{day}/begin"))
        where = f"policies/{SUBSIDY}/drafts/{day}"
        _ok(one.post(f"{where}/submit", json={"reason": "年度复核，条文没有变化，已核对全部用例。"}, headers={"If-Match": '"1"'}))
        found: str = _ok(one.get(f"policies/{SENIOR}"))["versions"][0]["hash"]
        return {"hash": found, "day": day}


def _ok(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()
