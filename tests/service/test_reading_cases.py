"""Reading cases and receipts: whose they are, and what an applicant's copy leaves out."""

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from service.accounts.tables import AccountRow
from service.cases.applicant_copy import applicant_copy
from service.cases.numbers import is_case_number
from service.cases.tables import ReceiptRow
from service.demo import APPROVER, FIRM, HE, LI, WU
from service.settings import Settings
from tests.service.conftest import CLAIM, V1, Client
from tests.service.handing_in import hand_in
from tests.service.rows import clear, select
from tests.service.test_applications import EMPLOYEES, SUBSIDY


def test_a_case_reads_as_it_was_answered(li: Client) -> None:
    said = li.apply().json()
    assert li.get(said["links"]["self"]).json() == said


def test_ones_cases_are_listed_the_newest_first_page_by_page(client: Client) -> None:
    he = client.signed_in(HE)
    situations = ("senior-allowance-first-claim", "senior-card-new", "senior-card-lost")
    numbers = [
        he.apply({"situation": each, "form": {"bank_account": "6222000000000001"}}, key=each).json()["number"]
        for each in situations
    ]
    first = he.get(f"{V1}/cases?limit=2").json()
    second = he.get(first["next"]).json()
    assert [each["number"] for each in first["cases"] + second["cases"]] == numbers[::-1]
    assert second["next"] is None
    assert first["cases"][0]["title"] == "老年优待（敬老优待证、颐年卡） · 遗失补办"


def test_anothers_case_is_not_there(client: Client) -> None:
    links = client.signed_in(LI).apply().json()["links"]
    stranger = client.signed_in(WU)
    for path in (links["self"], links["receipt"], f"{V1}/cases/LH202611239999990", f"{V1}/cases/x"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:miaopi:problem:unknown-case")
    assert stranger.get(f"{V1}/cases").json()["cases"] == []


def test_the_applicants_copy_has_no_hash_no_draw_and_nothing_for_approvers(li: Client) -> None:
    copy = li.get(li.apply().json()["links"]["receipt"]).json()
    assert copy["copy"] == "applicant"
    assert "receipt_hash" not in copy
    assert "draw" not in copy["facts"]["case"]
    assert "death" not in copy["facts"]["evidence"]
    assert "head_number" not in copy["facts"]["evidence"]["hukou"]
    assert all("death.registered" not in each["operands"] for each in copy["reasons"])
    assert {"case.draw", "death.registered", "hukou.head_number"} <= set(copy["approver_only"])
    assert copy["facts"]["evidence"]["hukou"]["city"] == "深圳市"


def test_what_a_register_says_of_employees_does_not_reach_who_listed_them(client: Client, settings: Settings) -> None:
    firm = client.signed_in(FIRM)
    said = firm.apply(SUBSIDY).json()
    copy = firm.get(said["links"]["receipt"]).json()
    [kept] = clear(settings, ReceiptRow)
    assert [each["months"] for each in orjson.loads(kept.body)["facts"]["evidence"]["insurance"]] == [7, 9]
    assert "insurance" not in copy["facts"]["evidence"]
    assert all("insur" not in name for each in copy["reasons"] + said["reasons"] for name in each["operands"])
    assert len(copy["facts"]["form"]["employees"]) == len(EMPLOYEES)


def test_an_approver_reads_the_complete_receipt_and_the_look_is_on_record(client: Client, settings: Settings) -> None:
    links = client.signed_in(LI).apply().json()["links"]
    answer = client.signed_in(APPROVER).get(f"{links['receipt']}?reason=register")
    [kept] = clear(settings, ReceiptRow)
    assert answer.content == kept.body
    assert "copy" not in answer.json()
    [(looked,)] = select(settings.database, "SELECT account_id FROM audit WHERE action = 'receipt.read'")
    assert [each.name for each in clear(settings, AccountRow) if each.id == looked] == ["郑文清"]


def test_an_approver_reads_their_own_receipt_as_an_applicant(client: Client) -> None:
    approver = client.signed_in(APPROVER)
    said = approver.apply({**CLAIM, "materials": {"household": hand_in(approver).json()["id"]}}).json()
    assert approver.get(f"{said['links']['receipt']}?reason=register").json()["copy"] == "applicant"


def test_no_case_is_read_without_signing_in(client: Client) -> None:
    links = client.signed_in(LI).apply().json()["links"]
    for path in (links["self"], links["receipt"], f"{V1}/cases"):
        answer = client.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


@given(st.text(max_size=20) | st.from_regex(r"LH[0-9]{15}", fullmatch=True))
def test_a_mistyped_digit_of_a_case_number_is_noticed(text: str) -> None:
    if is_case_number(text):
        wrong = text[:-1] + str((int(text[-1]) + 1) % 10)
        assert not is_case_number(wrong)


@given(st.dictionaries(st.sampled_from(["a", "b", "c.d"]), st.integers()), st.sets(st.sampled_from(["a", "b", "c", "c.d"])))
def test_a_withheld_name_is_nowhere_in_the_copy(operands: dict[str, int], withheld: set[str]) -> None:
    evidence = {"c": {"d": 1}, "a": "none", "b": [{"x": 1}]}
    receipt = {"approver_only": sorted(withheld), "evidence": [], "facts": {"evidence": evidence},
               "reasons": [{"operands": operands}], "receipt_hash": "sha256:0", "diagnostics": []}  # fmt: skip
    copy = applicant_copy(receipt, ())
    shown = {*copy["facts"]["evidence"], *copy["reasons"][0]["operands"]}
    shown |= {f"c.{name}" for name in copy["facts"]["evidence"].get("c", {})}
    assert not shown & withheld
    assert "receipt_hash" not in copy
