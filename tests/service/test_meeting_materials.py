"""How the materials of an application are met, what is told of those that are missing, and who sees what was handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue import Material, Situation
from engine.catalogue.model import Way
from engine.ruleset.model import Duration, EvidenceType
from service.app import create_app
from service.demo import APPROVER, FIRM, HE, HR_APPROVER, LI, WU
from service.evidence.actions import Holding
from service.evidence.holdings import State as HoldingState
from service.materials.meeting import HandedIn, Upload, as_facts, gaps, meet, surely_missing
from service.settings import Settings
from service.state import Service
from tests.service import files
from tests.service.conftest import CLAIM, NOW, V1, Client
from tests.service.handing_in import hand_in, problem
from tests.service.repository import Repository
from tests.service.rows import KEPT, counts, select

pytestmark = pytest.mark.either_database

SIGN: dict[str, Any] = {"situation": "shop-sign-filing-first", "form": {}}
FILING: dict[str, Any] = {"situation": "precursor-chemicals-filing-new", "form": {}}
CHANGE: dict[str, Any] = {"situation": "foreign-representative-office-change-filing", "form": {}}
LOSS: dict[str, Any] = {"situation": "public-venue-hygiene-permit-reissue", "form": {}}


@pytest.fixture
def firm(client: Client) -> Client:
    return client.signed_in(FIRM)


def told(answer: Any) -> list[tuple[str, str]]:
    """The gaps of an answer: where, and which."""
    assert answer.status_code == 422, answer.text
    return [(each["path"].removeprefix("materials."), each["code"]) for each in answer.json()["gaps"]]


def _at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def of_case(client: Client, said: Any) -> dict[str, tuple[str, str | None]]:
    found = client.get(f"{V1}/cases/{said['number']}/materials").json()["materials"]
    return {each["id"]: (each["state"], each["by"]) for each in found}


def test_what_licences_and_checks_supply_is_not_asked_for(li: Client) -> None:
    said = li.apply().json()
    assert said["conclusion"] == "approve"
    assert of_case(li, said) == {"id-card": ("met", "licence"), "household": ("met", "licence"), "living": ("met", "check")}


def test_everything_missing_is_told_at_once_and_nothing_is_kept(firm: Client, settings: Settings) -> None:
    answer = firm.apply(FILING)
    assert told(answer) == [("rules", "material-missing"), ("account", "material-missing")]
    assert counts(settings.database) == dict.fromkeys(KEPT, 0)
    for lang, text in (("zh", "请上传"), ("en", "please upload")):
        gap = firm.post(f"{V1}/applications", FILING, headers={"Idempotency-Key": "k", "Accept-Language": lang}).json()["gaps"][0]
        assert text in gap["message"]
        assert "易制毒化学品管理制度" in gap["message"]


def test_a_missing_material_is_told_beside_the_gaps_of_the_form(li: Client) -> None:
    answer = li.apply({**CLAIM, "form": {}, "materials": {"passport": "x"}})
    assert told(answer) == [("form.bank_account", "missing"), ("passport", "material-unknown")]


def test_what_is_handed_in_meets_its_material_and_hangs_on_the_case(firm: Client) -> None:
    upload = hand_in(firm).json()
    said = firm.apply({**SIGN, "materials": {"drawing": upload["id"]}}).json()
    assert said["status"] == "in_review"
    assert of_case(firm, said) == {"licence": ("met", "licence"), "drawing": ("met", "upload")}
    [drawing] = [each for each in firm.get(f"{V1}/cases/{said['number']}/materials").json()["materials"] if each["uploads"]]
    assert [each["id"] for each in drawing["uploads"]] == [upload["id"]]
    assert firm.get(said["links"]["receipt"]).json()["facts"]["materials"] == {
        "licence": {"met": True, "by": "licence"}, "drawing": {"met": True, "by": "upload"},
    }  # fmt: skip
    assert problem(firm.call("DELETE", upload["link"])) == (409, "upload-in-use")
    assert firm.get(upload["link"]).status_code == 200


def test_a_material_of_many_pages_comes_as_many_files(firm: Client) -> None:
    ids = [hand_in(firm, files.picture("jpg", 40 + each), "页.jpg").json()["id"] for each in range(3)]
    said = firm.apply({**SIGN, "materials": {"drawing": ids}}).json()
    shown = firm.get(f"{V1}/cases/{said['number']}/materials").json()["materials"]
    assert [each["id"] for one in shown for each in one["uploads"]] == ids


@pytest.mark.parametrize(("value", "code"), [
    ("019aaf2e-7e40-7a11-8c3b-5d2f0c9b7e61", "upload-unknown"), ("no id", "upload-unknown"), ("", "upload-unknown"),
    ("?" * 36, "upload-unknown"), ([], "material-missing"), (["x"] * 21, "too-many"), ("commitment", "material-no-promise"),
])  # fmt: skip
def test_what_is_no_upload_is_told(firm: Client, value: Any, code: str) -> None:
    assert told(firm.apply({**SIGN, "materials": {"drawing": value}})) == [("drawing", code)]


@pytest.mark.parametrize("value", [1, None, {"met": True, "by": "upload"}, [1], ["x"] * 51])
def test_what_has_no_shape_of_a_material_is_told(firm: Client, value: Any) -> None:
    assert problem(firm.apply({**SIGN, "materials": {"drawing": value}})) == (422, "invalid-request")


def test_somebody_elses_upload_is_no_upload(firm: Client, client: Client, settings: Settings) -> None:
    stolen = hand_in(client.signed_in(LI)).json()["id"]
    assert told(firm.apply({**SIGN, "materials": {"drawing": stolen}})) == [("drawing", "upload-unknown")]
    assert counts(settings.database) == dict.fromkeys(KEPT, 0)


def test_an_upload_is_of_a_format_that_the_material_takes(firm: Client) -> None:
    picture = hand_in(firm, files.picture("png"), "图.png").json()["id"]
    answer = firm.apply({**FILING, "materials": {"rules": picture, "account": hand_in(firm).json()["id"]}})
    assert told(answer) == [("rules", "upload-format")]


def test_a_promise_stands_in_where_the_catalogue_lets_it(firm: Client) -> None:
    assert told(firm.apply(LOSS)) == [("loss", "material-upload-or-promise")]
    said = firm.apply({**LOSS, "materials": {"loss": "commitment"}}).json()
    assert of_case(firm, said)["loss"] == ("met", "commitment")


def test_an_earlier_upload_serves_again_while_it_is_recent(service: Service, firm: Client) -> None:
    rules = hand_in(firm, files.pdf(text="制度"), data={"situation": FILING["situation"], "material": "rules"}).json()
    account = {"account": hand_in(firm).json()["id"]}
    for passed, met in ((timedelta(days=360), True), (timedelta(days=370), False)):
        later = Client(create_app(replace(service, now=_at(NOW + passed)))).signed_in(FIRM)
        shown = {each["id"]: each for each in later.get(f"{V1}/situations/{FILING['situation']}/materials").json()["materials"]}
        assert (shown["rules"]["state"], shown["rules"]["by"]) == (("met", "earlier") if met else ("unmet", None))
        assert [(each["id"], each["days_ago"]) for each in shown["rules"]["reusable"]] == [(rules["id"], passed.days)]
        answer = later.apply({**FILING, "materials": account}, key=f"after-{passed.days}")
        if met:
            assert of_case(later, answer.json())["rules"] == ("met", "earlier")
            later.post(f"{V1}/cases/{answer.json()['number']}/withdraw", {})
        else:
            assert told(answer) == [("rules", "material-missing")]


def test_what_is_held_already_is_shown_with_its_licence(li: Client) -> None:
    shown = li.get(f"{V1}/situations/{CLAIM['situation']}/materials").json()["materials"]
    assert [(each["id"], each["state"], each["by"], each["what"]) for each in shown] == [
        ("id-card", "met", "licence", "居民身份证"),
        ("household", "met", "licence", "居民户口簿"), ("living", "met", "check", "死亡登记核验")
    ]  # fmt: skip
    assert shown[1]["issued_on"] == "2010-03-01"
    assert [each["by"] for each in shown[1]["ways"]] == ["licence", "upload"]
    uses = li.get(f"{V1}/licence-uses").json()["uses"]
    assert {each["purpose"] for each in uses} == {"高龄老人津贴 · 首次申领（核对材料）"}


def test_what_is_held_is_shown_to_whoever_is_signed_in_alone(client: Client, li: Client) -> None:
    path = f"{V1}/situations/{CLAIM['situation']}/materials"
    assert client.get(path).status_code == 401
    assert problem(li.get(f"{V1}/situations/none/materials")) == (404, "unknown-situation")


def test_a_silent_source_is_not_the_applicants_fault(client: Client) -> None:
    he = client.signed_in(HE)
    said = he.apply().json()
    assert said["conclusion"] == "review"
    assert of_case(he, said)["living"] == ("unknown", None)


@pytest.mark.parametrize("kind", ["down", "forged", "malformed", "wrong-holder"])
def test_a_licence_that_cannot_be_had_is_not_asked_of_the_applicant(remote: Service, repository: Repository, kind: str) -> None:
    repository.switch({"household-register": {"kind": kind, "milliseconds": 0}})
    li = Client(create_app(remote)).signed_in(LI)
    said = li.apply({"situation": "senior-allowance-band-change", "form": {}}).json()
    assert said["status"] == "in_review"
    assert of_case(li, said)["household"] == ("unknown", None)


def test_a_licence_that_has_expired_may_be_made_up_for_by_an_upload(remote: Service, repository: Repository) -> None:
    repository.switch({"household-register": {"kind": "expired", "milliseconds": 0}})
    li = Client(create_app(remote)).signed_in(LI)
    claim = {"situation": "senior-allowance-band-change", "form": {}}
    assert told(li.apply(claim)) == [("household", "material-lapsed")]
    uses = li.get(f"{V1}/licence-uses").json()["uses"]
    assert {each["result"] for each in uses} == {"answered"}  # that it was asked for stays on record, with what came of it
    said = li.apply({**claim, "materials": {"household": hand_in(li).json()["id"]}}).json()
    assert of_case(li, said)["household"] == ("met", "upload")


def test_when_the_source_is_back_the_material_is_met_by_it(remote: Service, repository: Repository) -> None:
    from service.handlers import handlers
    from service.work.actions import Worker

    repository.switch({"household-register": {"kind": "down", "milliseconds": 0}})
    li = Client(create_app(remote)).signed_in(LI)
    said = li.apply().json()
    assert (said["status"], of_case(li, said)["household"]) == ("awaiting_evidence", ("unknown", None))
    repository.switch({})
    back = replace(remote, now=lambda: NOW + timedelta(hours=1))
    Worker(remote.database, handlers(back), back.now).do_due()
    assert li.get(said["links"]["self"]).json()["status"] == "approved"
    assert of_case(li, said)["household"] == ("met", "licence")


def test_a_file_on_a_case_is_read_by_its_approvers_and_that_is_on_record(client: Client, settings: Settings) -> None:
    li = client.signed_in(LI)
    upload, other = hand_in(li).json(), hand_in(li, files.pdf(text="other")).json()
    said = li.apply({"situation": "senior-allowance-band-change", "form": {}, "materials": {"household": upload["id"]}}).json()
    approver = client.signed_in(APPROVER)
    assert approver.get(upload["link"]).status_code == 200
    assert of_case(approver, said) == of_case(li, said)
    looks = select(settings.database, "SELECT case_number FROM audit WHERE action = 'material.read'")
    assert looks == [(said["number"],)]
    assert problem(approver.get(other["link"])) == (404, "unknown-upload")
    assert problem(approver.call("DELETE", upload["link"])) == (404, "unknown-upload")
    for stranger in (WU, HR_APPROVER, FIRM):
        assert problem(client.signed_in(stranger).get(upload["link"])) == (404, "unknown-upload")
        assert problem(client.signed_in(stranger).get(f"{V1}/cases/{said['number']}/materials")) == (404, "unknown-case")


def test_an_upload_removed_meanwhile_is_told_and_nothing_is_kept(firm: Client, settings: Settings) -> None:
    upload = hand_in(firm).json()
    firm.call("DELETE", upload["link"])
    assert told(firm.apply({**SIGN, "materials": {"drawing": upload["id"]}})) == [("drawing", "upload-unknown")]
    assert counts(settings.database) == dict.fromkeys(KEPT, 0)


# ---- the meaning, without a service ----

LICENCE = EvidenceType("licence", "a-licence", "证照", None, {})
CHECK = EvidenceType("check", "a/check", "核验", None, {})
WAYS = {
    "licence": Way("licence", "a-licence"), "check": Way("check", "a/check"), "upload": Way("upload", formats=("pdf",)),
    "earlier": Way("earlier", within=Duration(12, "months")), "commitment": Way("commitment", "承诺属实"),
}  # fmt: skip
TODAY = NOW.date()
UPLOAD = Upload(UUID(int=1), "a.pdf", "pdf", TODAY)
ways = st.lists(st.sampled_from(list(WAYS)), min_size=1, unique=True)
states = st.none() | st.sampled_from(get_args(HoldingState))
handed_in = st.builds(
    lambda uploaded, promised, earlier: HandedIn(
        {"m": (UPLOAD,)} if uploaded else {}, frozenset({"m"} if promised else ()), {"m": UPLOAD} if earlier else {}
    ),
    st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip


def _holdings(licence: Any, check: Any) -> Mapping[str, Holding]:
    return {type_.id: Holding(type_, state) for type_, state in ((LICENCE, licence), (CHECK, check)) if state}


@given(ways, states, states, handed_in, st.booleans())
def test_a_material_is_met_by_its_first_way_that_holds(
    names: list[str], licence: Any, check: Any, handed: HandedIn, ruled: bool
) -> None:
    material = Material("m", "材料", tuple(WAYS[each] for each in names))
    met = meet(material, _holdings(licence, check), handed, TODAY)
    holds = {
        "licence": licence == "held", "check": check == "held", "upload": bool(handed.uploads),
        "earlier": bool(handed.uploads or handed.earlier), "commitment": bool(handed.promised),
    }  # fmt: skip
    assert met.by == next((each for each in names if holds[each]), None)
    assert (met.state == "met") == (met.by is not None)
    asked = {"licence": licence, "check": check}
    told = [asked[each] for each in names if each in asked]
    if met.by is None and "unknown" in told:
        assert met.state == "unknown"
    missing = gaps([met], ruled)
    if missing:  # only what nothing meets, what no source left open, and what the applicant can do something about
        assert met.state == "unmet"
        assert {"upload", "commitment"} & set(names)
        assert not (ruled and "commitment" in names)
    assert as_facts([met]).get("m", {}).get("met") == {"met": True, "unmet": False}.get(met.state)


@given(ways, handed_in, st.booleans())
def test_what_is_surely_missing_stays_missing_whatever_sources_answer(names: list[str], handed: HandedIn, ruled: bool) -> None:
    material = Material("m", "材料", tuple(WAYS[each] for each in names))
    situation = Situation("s", "m", "情形", None, None, (material,))
    before = surely_missing(situation, handed, ruled, TODAY)
    if before:
        after = gaps([meet(material, _holdings("held", "held"), handed, TODAY)], ruled)
        assert before == after


@pytest.mark.parametrize(("day", "serves"), [(date(2025, 11, 23), True), (date(2025, 11, 22), False)])
def test_an_earlier_upload_is_recent_to_the_last_day(day: date, serves: bool) -> None:
    material = Material("m", "材料", (WAYS["earlier"],))
    found = meet(material, {}, HandedIn(earlier={"m": replace(UPLOAD, day=day)}), datetime(2026, 11, 23).date())
    assert (found.state == "met") == serves
