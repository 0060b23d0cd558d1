"""What the hall's pages offer leads somewhere, and what they cannot take they say at once."""

from __future__ import annotations

import pytest

from service.app import create_app
from service.demo import DAUGHTER, HE, LI
from service.state import ACTING, Service
from service.web.forgery import FIELD, VISIT, token_for
from tests.service.conftest import CLAIM, V1, Client, do_work
from tests.service.mandates.proxies import standing
from tests.service.test_applications import with_situation

pytestmark = pytest.mark.either_database

APPLY = f"/situations/{CLAIM['situation']}/apply"
OPEN = "您在这个情形下已有在办的办件"


def send(client: Client, path: str, **fields: str) -> tuple[int, str]:
    headers = {"Cookie": f"{VISIT}=visit", "Sec-Fetch-Site": "same-origin"}
    answer = client.call("POST", path, headers=headers, data={FIELD: token_for("visit"), **fields})
    return answer.status_code, answer.text


def test_who_acts_for_somebody_is_offered_nothing_that_is_for_oneself_alone(client: Client, service: Service) -> None:
    li = client.signed_in(LI)
    li.apply()
    do_work(service)
    licence = f"/my/licences/{li.get(f'{V1}/licences').json()['licences'][0]['id']}"
    daughter = standing(client, DAUGHTER)
    cookie = {"Cookie": f"{ACTING}={daughter.mandate}"}
    for path, links in (("/my/licences", ("/my/licence-uses", "/my/portals")), (licence, ("/my/licence-uses",))):
        own, acting = li.get(path).text, daughter.client.get(path, headers=cookie)
        assert acting.status_code == 200
        assert [(f'href="{link}"' in own, f'href="{link}"' in acting.text) for link in links] == [(True, False)] * len(links)


def test_a_draft_whose_situation_is_gone_is_only_to_be_deleted(service: Service, li: Client) -> None:
    draft = li.post(f"{V1}/drafts", {"situation": CLAIM["situation"], "form": {}}).json()["id"]
    assert APPLY in li.get("/my/drafts").text
    later = Client(create_app(with_situation(service, id="senior-allowance-renamed"))).signed_in(LI)
    page = later.get("/my/drafts").text
    assert APPLY not in page
    assert "这个情形已不再受理申请，草稿只能删除。" in page
    assert send(later, "/my/drafts", id=draft)[0] == 303
    assert later.get(f"{V1}/drafts").json() == {"drafts": []}


def test_an_open_case_is_told_before_the_form_is_filled_in(client: Client) -> None:
    he = client.signed_in(HE)
    assert OPEN not in he.get(APPLY).text
    number = he.apply().json()["number"]
    page = he.get(APPLY).text
    assert OPEN in page
    assert f'href="/my/cases/{number}"' in page
    he.post(f"{V1}/cases/{number}/withdraw", {})
    assert OPEN not in he.get(APPLY).text


@pytest.mark.parametrize(("quiet_from", "quiet_until"), [("22", ""), ("", "7"), ("22", "99")])
def test_half_of_the_quiet_hours_is_told_beside_the_field_and_nothing_is_kept(li: Client, quiet_from: str, quiet_until: str) -> None:
    before = li.get(f"{V1}/preferences").json()
    status, page = send(li, "/my/preferences", email="li@example.com", quiet_from=quiet_from, quiet_until=quiet_until, step="save")
    assert (status, "请把开始和结束都选上，或者都不设。" in page) == (422, True)
    assert page.count('aria-describedby="quiet-fault"') == 1
    assert 'value="li@example.com"' in page
    assert li.get(f"{V1}/preferences").json() == before


def test_both_of_the_quiet_hours_or_neither_are_kept(li: Client) -> None:
    assert send(li, "/my/preferences", quiet_from="22", quiet_until="7", step="save")[0] == 303
    assert li.get(f"{V1}/preferences").json()["quiet_hours"] == {"from": 22, "until": 7}
    assert 'value="22" selected' in li.get("/my/preferences").text
    assert send(li, "/my/preferences", quiet_from="", quiet_until="", step="save")[0] == 303
    assert li.get(f"{V1}/preferences").json()["quiet_hours"] is None
