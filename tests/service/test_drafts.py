"""Half-filled forms over HTTP: kept as they are, for whoever began them alone, one for a situation."""

from __future__ import annotations

from typing import Any

import pytest

from service.demo import WU
from tests.service.conftest import CLAIM, V1, Client

DRAFTS = f"{V1}/drafts"


@pytest.fixture
def draft(li: Client) -> dict[str, Any]:
    answer = li.post(DRAFTS, {"situation": CLAIM["situation"], "form": {"bank_account": "62"}})
    assert answer.status_code == 201
    assert answer.headers["location"] == answer.json()["link"]
    found: dict[str, Any] = answer.json()
    return found


def test_a_draft_is_kept_as_it_is_and_changed(li: Client, draft: dict[str, Any]) -> None:
    assert (draft["form"], draft["title"]) == ({"bank_account": "62"}, "高龄老人津贴 · 首次申领")
    changed = li.call("PUT", draft["link"], json={"form": {"bank_account": "63"}})
    assert (changed.status_code, changed.json()["id"]) == (200, draft["id"])
    assert [each["form"] for each in li.get(DRAFTS).json()["drafts"]] == [{"bank_account": "63"}]


def test_there_is_one_for_a_situation(li: Client, draft: dict[str, Any]) -> None:
    again = li.post(DRAFTS, {"situation": CLAIM["situation"]})
    assert (again.status_code, again.json()["id"]) == (409, draft["id"])


def test_a_draft_is_for_whoever_began_it_alone(client: Client, draft: dict[str, Any]) -> None:
    other = client.signed_in(WU)
    assert other.get(DRAFTS).json() == {"drafts": []}
    assert other.get(draft["link"]).status_code == 404
    assert other.call("PUT", draft["link"], json={"form": {}}).status_code == 404
    assert other.call("DELETE", draft["link"]).status_code == 404
    assert client.get(DRAFTS).status_code == 401


def test_a_draft_that_is_thrown_away_is_gone(li: Client, draft: dict[str, Any]) -> None:
    assert li.call("DELETE", draft["link"]).status_code == 204
    assert li.get(draft["link"]).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"situation": "none"}, 404),
        ({"situation": CLAIM["situation"], "form": {"bank_account": "6" * 300_000}}, 413),
        ({"situation": CLAIM["situation"], "form": []}, 422),
    ],
)
def test_what_cannot_be_kept_is_refused(li: Client, body: Any, status: int) -> None:
    assert li.post(DRAFTS, body).status_code == status
    assert li.get(DRAFTS).json() == {"drafts": []}
