"""What people take out of what is held about them: all of it, and nothing of anybody else's."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import orjson

from service.demo import APPROVER, HE, LI, WU
from service.settings import Settings
from service.state import Service
from tests.service.conftest import CLAIM, V1, Client, do_work
from tests.service.handing_in import PDF, hand_in
from tests.service.rows import select

PATH = f"{V1}/my/data"


def _taken(client: Client) -> dict[str, Any]:
    answer = client.get(PATH)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        assert file.testzip() is None
        return {each: orjson.loads(file.read(each)) if each.endswith(".json") else file.read(each) for each in file.namelist()}


def test_all_that_is_held_and_every_look_at_it_comes_out(service: Service, client: Client, settings: Settings) -> None:
    li = client.signed_in(LI)
    upload = hand_in(li).json()
    number = li.apply().json()["number"]
    li.post(f"{V1}/drafts", {"situation": CLAIM["situation"], "form": {"bank_account": "6222000000000009"}})
    li.call("PUT", f"{V1}/preferences", json={"email": "li@example.com", "language": "zh", "quiet_hours": None, "off": []})
    do_work(service)
    assert client.signed_in(APPROVER).get(f"{V1}/cases/{number}/receipt?reason=request").status_code == 200
    he = client.signed_in(HE)
    other = he.apply().json()["number"]
    found = _taken(li)
    assert (found["account.json"]["name"], found["account.json"]["number"]) == ("李桂芳", LI)
    assert found[f"cases/{number}/case.json"]["status"] == "approved"
    assert found[f"cases/{number}/receipt.json"] == li.get(f"{V1}/cases/{number}/receipt").json()
    assert {"timeline.json", "materials.json", "payments.json"} <= {each.rpartition("/")[2] for each in found}
    assert found["drafts.json"]["drafts"][0]["form"] == {"bank_account": "6222000000000009"}
    assert found["licences.json"]["licences"]
    assert {each["case_number"] for each in found["licence-uses.json"]} == {number}
    assert [each["link"] for each in found["messages.json"]] == [f"/my/cases/{number}"]
    assert found["preferences.json"]["email"] == "li@example.com"
    assert found[f"uploads/{upload['id']}-户口簿.pdf"] == PDF
    [look] = found["looks.json"]
    assert (look["case"], look["what"]) == (number, "receipt.read")
    assert look["by"] == {"roles": ["applicant", "approver"], "department": "civil-affairs"}
    whole = orjson.dumps([each for each in found.values() if not isinstance(each, bytes)]).decode()
    assert HE not in whole
    assert other not in whole
    assert APPROVER not in whole
    assert select(settings.database, "SELECT count(*) FROM audit WHERE action = 'data.exported'") == [(1,)]


def test_it_is_for_whoever_is_signed_in_and_a_few_times_an_hour(client: Client) -> None:
    assert client.get(PATH).status_code == 401
    wu = client.signed_in(WU)
    assert [wu.get(PATH).status_code for _ in range(6)] == [200] * 5 + [429]
    assert client.signed_in(HE).get(PATH).status_code == 200


def test_many_cases_come_page_by_page(client: Client) -> None:
    wu = client.signed_in(WU)
    numbers = [wu.apply(CLAIM, f"key-{each}").json()["number"] for each in range(3)]
    assert {each.split("/")[1] for each in _taken(wu) if each.startswith("cases/")} == set(numbers)
