"""What goes with reviews: handing on, filters, exports, figures, cases alike, and blind second looks."""

from __future__ import annotations

import csv
import io
from typing import Any

import orjson
import pytest
from openpyxl import load_workbook
from sqlmodel import Session, select

from service.demo import APPROVER, APPROVER_2, HE, HEAD, HR_APPROVER, LI, WU
from service.evidence.tables import LicenceRow
from service.handlers import handlers
from service.review import exporting, sampling
from service.settings import Settings
from service.state import Service
from service.work.actions import Worker
from tests.service.conftest import CLAIM, V1, Client
from tests.service.files import picture
from tests.service.handing_in import hand_in
from tests.service.review.approvers import ALIVE, WITHOUT_RULESET, Approver, approvers, code, left_to_a_person
from tests.service.rows import select as rows


def work_through(service: Service) -> None:
    worker = Worker(service.database, handlers(service), service.now)
    while worker.do_due():
        pass


def taken_by(client: Client, number: str) -> int:
    """The account of whoever has the case."""
    [found] = [each for each in client.signed_in(HEAD).get(f"{V1}/reviews?assignee=all").json()["reviews"] if each["number"] == number]
    account: int = found["assignee_id"]
    return account


def test_what_an_absent_colleague_has_taken_is_handed_on(client: Client) -> None:
    there, absent = approvers(client)
    first = left_to_a_person(client)
    second = client.signed_in(LI).apply(WITHOUT_RULESET).json()["number"]
    photo = hand_in(there.client, picture("jpg"), "照片.jpg").json()["id"]
    own = there.client.apply({**WITHOUT_RULESET, "materials": {"photo": photo}}, key="own").json()["number"]
    for each in (first, second, own):
        absent.take(each)
    absent_id = taken_by(client, first)
    head = client.signed_in(HEAD)
    other = client.signed_in(WU).apply(WITHOUT_RULESET, key="w").json()["number"]
    there.take(other)
    there_id = taken_by(client, other)
    body = {"from_id": absent_id, "to_id": there_id, "reason": "病假"}
    assert code(absent.client.post(f"{V1}/reviews/hand-over", body)) == (403, "not-for-you")
    assert code(head.post(f"{V1}/reviews/hand-over", {**body, "to_id": 99_999})) == (422, "unknown-colleague")
    done = head.post(f"{V1}/reviews/hand-over", body).json()
    assert (sorted(done["given"]), done["returned"]) == (sorted([first, second]), [own])  # nobody decides their own case
    assert set(there.queue("?assignee=me")) == {first, second, other}
    assert absent.queue("?assignee=me") == []
    version = there.see(first)["version"]
    assert there.move(first, "approve", version, {"reason": "x", "settled": [ALIVE]}).json()["status"] == "approved"
    back = head.post(f"{V1}/reviews/hand-over", {"from_id": there_id, "reason": "休假"}).json()
    assert sorted(back["returned"]) == sorted([second, other])
    assert there.see(second)["timeline"][-1] | {"at": None} == {
        "at": None, "kind": "handed-over", "status": "in_review", "note": "休假", "by": "梁志刚"}  # fmt: skip


def test_filters_are_kept_by_name_and_are_ones_own(client: Client) -> None:
    zheng, luo = approvers(client)
    wanted = {"queue": "life-status", "state": None, "overdue": True, "assignee": None, "situation": None}
    assert zheng.client.call("PUT", f"{V1}/review-filters/今日超期", json=wanted).status_code == 204
    assert zheng.client.get(f"{V1}/review-filters").json() == {"filters": {"今日超期": wanted}}
    assert zheng.client.call("PUT", f"{V1}/review-filters/今日超期", json={**wanted, "overdue": False}).status_code == 204
    assert zheng.client.get(f"{V1}/review-filters").json()["filters"]["今日超期"]["overdue"] is False
    assert luo.client.get(f"{V1}/review-filters").json() == {"filters": {}}
    assert code(luo.client.call("DELETE", f"{V1}/review-filters/今日超期")) == (404, "unknown-filter")
    assert zheng.client.call("DELETE", f"{V1}/review-filters/今日超期").status_code == 204
    assert code(client.signed_in(LI).get(f"{V1}/review-filters")) == (403, "not-for-you")


def test_the_queue_is_exported_as_it_is_listed(client: Client) -> None:
    number = left_to_a_person(client)
    zheng, _ = approvers(client)
    text = zheng.client.get(f"{V1}/reviews/export").content.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text)))
    assert table[0][0] == "办件编号"
    assert [each[0] for each in table[1:]] == [number]
    assert HE not in text
    english = zheng.client.get(f"{V1}/reviews/export", headers={"Accept-Language": "en"}).content.decode("utf-8-sig")
    assert english.startswith("Case number,")
    sheet = load_workbook(io.BytesIO(zheng.client.get(f"{V1}/reviews/export?format=xlsx").content)).active
    assert sheet is not None
    assert [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()] == table
    assert zheng.client.get(f"{V1}/reviews/export?queue=spot-check").content.decode("utf-8-sig").count("\n") == 1


def test_exports_are_limited_and_on_record(client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_EXPORTS", 2)
    left_to_a_person(client)
    zheng, luo = approvers(client)
    answers = [zheng.client.get(f"{V1}/reviews/export").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert luo.client.get(f"{V1}/reviews/export?queue=all").status_code == 200
    assert code(client.signed_in(LI).get(f"{V1}/reviews/export")) == (403, "not-for-you")
    assert rows(settings.database, "SELECT count(*) FROM audit WHERE action = 'review.exported'") == [(3,)]
    assert rows(settings.database, "SELECT rows FROM review_export") == [(1,)] * 3


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\")"])
def test_no_cell_is_run_by_a_spreadsheet(text: str) -> None:
    assert exporting.harmless(text) == f"'{text}"
    assert exporting.harmless("高龄老人津贴") == "高龄老人津贴"


def test_the_head_sees_load_ages_and_what_sends_cases_here(client: Client) -> None:
    client.signed_in(LI).apply()
    client.signed_in(WU).apply()
    number = left_to_a_person(client)
    zheng, _ = approvers(client)
    zheng.take(number)
    seen = client.signed_in(HEAD).get(f"{V1}/reviews/statistics").json()
    assert (seen["statuses"], seen["ages"], seen["overdue"]) == ({"in_review": 1}, {"up to 1": 1}, 0)
    assert [(each["name"], each["cases"]) for each in seen["load"]] == [("郑文清", 1), ("罗海燕", 0), ("梁志刚", 0)]
    assert (seen["submitted"], seen["instant"]) == (3, 2)
    assert {each["cause"]: each["cases"] for each in seen["sent_here"]} == {"alive": 1, "evidence.death": 1}
    assert code(zheng.client.get(f"{V1}/reviews/statistics")) == (403, "not-for-you")


def test_cases_with_the_same_bank_account_are_shown_beside(client: Client, service: Service) -> None:
    first = client.signed_in(LI).apply().json()["number"]
    number = left_to_a_person(client)
    work_through(service)
    zheng, _ = approvers(client)
    [beside] = zheng.see(number)["related"]
    assert (beside["number"], beside["status"], beside["shared"]) == (first, "approved", ["form.bank_account"])
    work_through(service)
    own = client.signed_in(HE).apply(WITHOUT_RULESET, key="card").json()["number"]
    work_through(service)
    page = zheng.see(own)
    assert page["related"] == []
    assert [each["number"] for each in page["history"]] == [number]


def test_cases_of_one_household_are_shown_beside(client: Client, service: Service) -> None:
    def join(session: Session) -> None:
        for licence in session.exec(select(LicenceRow)).all():
            if licence.type == "household-register" and licence.holder == HE:
                licence.attributes = orjson.dumps({**orjson.loads(licence.attributes), "members": [HE, WU]}).decode()

    service.database.write(join)
    other = client.signed_in(WU).apply({**CLAIM, "form": {"bank_account": "6222000000000002"}}).json()["number"]
    number = left_to_a_person(client)
    work_through(service)
    zheng, _ = approvers(client)
    assert [(each["number"], each["shared"]) for each in zheng.see(number)["related"]] == [(other, ["household"])]


def test_a_blind_second_look_at_what_the_rules_approved(
    client: Client, service: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "RATE", 100)
    number = client.signed_in(LI).apply().json()["number"]
    left_to_a_person(client)
    work_through(service)
    work_through(service)
    zheng, luo = approvers(client)
    path = f"{V1}/review-samples"
    [drawn] = zheng.client.get(path).json()["samples"]
    assert (drawn["number"], drawn["title"]) == (number, "高龄老人津贴 · 首次申领")
    assert client.signed_in(HR_APPROVER).get(path).json() == {"samples": []}
    shown = zheng.client.get(f"{path}/{number}")
    assert "conclusion" not in shown.text
    assert "outcome" not in shown.text
    assert {"label": "年满70周岁", "basis": "第三条"} in shown.json()["conditions"]
    answer: dict[str, Any] = {"conclusion": "reject", "reason": "户籍存疑"}
    assert zheng.client.post(f"{path}/{number}", answer).status_code == 204
    assert code(luo.client.post(f"{path}/{number}", answer)) == (409, "answered-already")
    assert zheng.client.get(path).json() == {"samples": []}
    assert client.signed_in(HEAD).get(f"{path}/statistics").json() == {"drawn": 1, "answered": 1, "agreed": 0}
    assert code(zheng.client.get(f"{path}/statistics")) == (403, "not-for-you")
    looks = "SELECT count(*) FROM audit WHERE action = 'review-sample.answered'"
    assert rows(settings.database, looks) == [(1,)]


def test_few_are_drawn(service: Service) -> None:
    drawn = [service.draw.of(f"LH{each}", "quality-sample", sampling._EVER) for each in range(5_000)]
    assert 0.01 < sum(float(each) < sampling.RATE for each in drawn) / len(drawn) < 0.03


def test_whoever_is_no_approver_has_no_desk(client: Client) -> None:
    for who, path in ((LI, "review-samples"), (LI, "review-templates"), (LI, "reviews"), (APPROVER, "reviews/statistics")):
        assert client.signed_in(who).get(f"{V1}/{path}").status_code == 403
    assert Approver(client.signed_in(APPROVER_2)).queue() == []
