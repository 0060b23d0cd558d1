"""What is held about people is erased when its time is over, and not before; that it was there stays provable."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from service.app import create_app
from service.audit.actions import record
from service.cases.tables import CaseRow, ReceiptRow, TimelineRow
from service.demo import AUDITOR, HE, LI, WU
from service.drafts.tables import DraftRow
from service.evidence.tables import LicenceUseRow
from service.notifications.tables import MessageRow
from service.oidc.tables import OidcAttemptRow
from service.payments.tables import PaymentRow
from service.retention.actions import NIGHTLY, next_night
from service.retention.periods import read_periods
from service.settings import Settings
from service.state import Service
from service.unusable import Unusable
from tests.service.audit.history import whole_record
from tests.service.conftest import CLAIM, V1, Client, Clock, do_work
from tests.service.handing_in import hand_in
from tests.service.rows import clear, select

WITHDRAWN = {"reason": "住院期间改由女儿何小燕办理"}
YEAR = timedelta(days=366)


def _night(service: Service, clock: Clock, after: timedelta) -> None:
    clock.moment = next_night(clock.moment + after)
    do_work(service)


def test_a_withdrawn_case_is_erased_after_a_year_and_no_other(
    service: Service, settings: Settings, client: Client, clock: Clock
) -> None:
    he, wu = client.signed_in(HE), client.signed_in(WU)
    scan = hand_in(he, data={"situation": CLAIM["situation"], "material": "household"}).json()["id"]
    withdrawn = he.apply({**CLAIM, "materials": {"household": [scan]}}).json()["number"]
    assert he.post(f"{V1}/cases/{withdrawn}/withdraw", WITHDRAWN).status_code == 200
    refused = wu.apply().json()["number"]
    wu.post(f"{V1}/drafts", {"situation": CLAIM["situation"], "form": {"bank_account": "6222"}})
    service.database.insert([OidcAttemptRow(
        state_hash="s", browser_hash="b", nonce="n", verifier="v", next="/", carried="[]", expires_at=clock.moment,
    )])  # fmt: skip
    do_work(service)
    _night(service, clock, timedelta(days=364))
    assert not clear(settings, OidcAttemptRow)  # of ten minutes
    assert {each.erased_at for each in clear(settings, CaseRow)} == {None}
    assert not clear(settings, DraftRow)  # of ninety days
    _night(service, clock, timedelta(days=2))
    cases = {each.number: each for each in clear(settings, CaseRow)}
    assert (cases[withdrawn].erased_at, cases[refused].erased_at) == (clock.moment, None)
    assert cases[withdrawn].status == "withdrawn"  # as figures count it
    receipts = {each.case_number: each for each in clear(settings, ReceiptRow)}
    assert (receipts[withdrawn].body, receipts[withdrawn].hash) == (b'{"erased":true}', "")
    assert LI not in receipts[withdrawn].body.decode()
    assert WU in receipts[refused].body.decode()
    assert all(each.note is None for each in clear(settings, TimelineRow) if each.case_number == withdrawn)
    assert {each.subject for each in clear(settings, LicenceUseRow)} == {WU}
    assert {each.event.split("/")[0] for each in clear(settings, MessageRow)} == {refused}
    for table in ("idempotency", "case_material", "case_upload", "case_mark"):
        assert select(settings.database, f"SELECT count(*) FROM {table} WHERE case_number = '{withdrawn}'") == [(0,)]
    assert select(settings.database, "SELECT count(*) FROM upload") == [(0,)]
    assert not [each for each in (settings.data / "materials").rglob("*") if each.is_file()]
    he, wu = client.signed_in(HE), client.signed_in(WU)
    gone = he.get(f"{V1}/cases/{withdrawn}")
    assert (gone.status_code, gone.json()["type"]) == (410, "urn:miaopi:problem:case-erased")
    assert he.get(f"{V1}/cases").json()["cases"] == []
    assert client.signed_in(LI).get(f"{V1}/cases/{withdrawn}/receipt").status_code == 404
    assert wu.get(f"{V1}/cases/{refused}").status_code == 200


def test_what_was_erased_stays_in_the_record_which_is_whole(
    service: Service, settings: Settings, client: Client, clock: Clock
) -> None:
    he = client.signed_in(HE)
    number = he.apply().json()["number"]
    he.post(f"{V1}/cases/{number}/withdraw", WITHDRAWN)
    digest = select(settings.database, "SELECT detail FROM audit WHERE action = 'receipt.sealed'")
    _night(service, clock, YEAR)
    whole_record(service)
    told = select(settings.database, f"SELECT detail FROM audit WHERE action = 'case.erased' AND case_number = '{number}'")
    assert "个人信息保护法" in told[0][0]
    assert "P1Y" in told[0][0]
    assert select(settings.database, "SELECT detail FROM audit WHERE action = 'receipt.sealed'") == digest
    proof = client.signed_in(AUDITOR).get(f"{V1}/audit/cases/{number}")
    assert (proof.status_code, number in proof.text) == (200, True)


def test_nothing_is_erased_while_anything_about_it_is_open(service: Service, settings: Settings, li: Client, clock: Clock) -> None:
    """An allowance that is still being paid, and a refusal that is appealed against."""
    number = li.apply().json()["number"]
    wu = Client(li.app).signed_in(WU)
    refused = wu.apply().json()["number"]
    assert wu.post(f"{V1}/cases/{refused}/appeal", {"reason": "请再核实"}).status_code == 200
    do_work(service)
    _night(service, clock, 31 * YEAR)
    assert {each.erased_at for each in clear(settings, CaseRow)} == {None}

    def ends(session: Session) -> None:
        session.execute(text("UPDATE issued_licence SET status = 'revoked'"))
        session.execute(text("UPDATE payment SET state = 'paid'"))

    service.database.write(ends)
    _night(service, clock, timedelta(1))
    erased = {each.number: each.erased_at for each in clear(settings, CaseRow)}
    assert (erased[number], erased[refused]) == (clock.moment, None)
    assert [each.payee for each in clear(settings, PaymentRow)] == [None]  # what was paid stays in the books
    assert select(settings.database, "SELECT count(*) FROM issued_licence") == [(0,)]


def test_uploads_and_uses_that_no_case_came_of_go_by_themselves(service: Service, settings: Settings, li: Client, clock: Clock) -> None:
    hand_in(li)
    _night(service, clock, YEAR)
    assert select(settings.database, "SELECT count(*) FROM upload") == [(0,)]
    assert select(settings.database, "SELECT size FROM upload_usage") == [(0,)]
    assert not [each for each in (settings.data / "materials").rglob("*") if each.is_file()]


def test_a_case_that_cannot_be_read_keeps_no_other_from_being_erased(
    service: Service, settings: Settings, client: Client, clock: Clock
) -> None:
    numbers = {}
    for each in (HE, WU):
        caller = client.signed_in(each)
        numbers[each] = caller.apply().json()["number"]
        caller.post(f"{V1}/cases/{numbers[each]}/withdraw", WITHDRAWN)

    def spoil(session: Session) -> None:
        session.execute(text("UPDATE timeline SET note = :bytes WHERE case_number = :number"), {"bytes": b"x", "number": numbers[HE]})

    service.database.write(spoil)
    _night(service, clock, 6 * YEAR)
    erased = {each.number: each.erased_at for each in clear(settings, CaseRow)}
    assert (erased[numbers[HE]], erased[numbers[WU]]) == (None, clock.moment)


def test_the_night_is_one_row_of_work_however_often_the_service_starts(service: Service, settings: Settings, clock: Clock) -> None:
    create_app(service)
    service.database.write(lambda session: record(session, clock.moment, None, "x"))
    assert select(settings.database, f"SELECT count(*) FROM work WHERE kind = '{NIGHTLY}'") == [(1,)]
    _night(service, clock, timedelta(0))
    assert select(settings.database, f"SELECT done_at FROM work WHERE kind = '{NIGHTLY}'") == [(None,)]


@pytest.mark.parametrize(("written", "told"), [
    ("cases: {}", "drafts: Field required"), ("[", "cannot be read"), (None, "cannot be read"),
    ("cases: {approved: {years: 1, days: 2, basis: 某某办法}}", "either years or days"),
    ("cases: {approved: {years: 1}}", "basis"),
])  # fmt: skip
def test_a_file_of_periods_that_says_too_little_is_refused(tmp_path: Path, written: str | None, told: str) -> None:
    file = tmp_path / "periods.yaml"
    if written is not None:
        file.write_text(written)
    with pytest.raises(Unusable, match=told):
        read_periods({"MIAOPI_RETENTION": str(file)})


def test_what_is_decided_is_kept_longer_than_an_appeal_may_come(tmp_path: Path) -> None:
    ours = Path(__file__).resolve().parents[3] / "service/retention/periods.yaml"
    file = tmp_path / "periods.yaml"
    file.write_text(ours.read_text().replace("  lapsed:", "  _lapsed:"))
    with pytest.raises(Unusable, match="lapsed"):
        read_periods({"MIAOPI_RETENTION": str(file)})
    file.write_text(ours.read_text().replace("years: 5", "days: 30"))
    with pytest.raises(Unusable, match="180 days at least"):
        read_periods({"MIAOPI_RETENTION": str(file)})
    assert read_periods({}).of_case("any", "rejected").years == 5
