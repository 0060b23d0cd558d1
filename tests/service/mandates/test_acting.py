"""Who acts for somebody does it in their name: the case is the principal's, and everywhere it says who acted and by what right."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import orjson
import pytest
from sqlalchemy import text

from service.demo import APPROVER, CHILD, DAUGHTER, FIRM, HE, LI, MOTHER, REPRESENTATIVE
from service.state import Service
from tests.service.conftest import CLAIM, V1, Client, do_work
from tests.service.files import pdf
from tests.service.mandates.proxies import NEW, Proxy, code, proxy, standing
from tests.service.test_applications import SUBSIDY

CARD = {"situation": "senior-card-new", "form": {"note": "代办"}}


@pytest.fixture
def daughter(client: Client) -> Proxy:
    """周晓梅, who acts for 李桂芳 in civil affairs from the start."""
    return standing(client, DAUGHTER)


def test_the_case_is_the_principals_and_decided_on_their_evidence(client: Client, daughter: Proxy) -> None:
    said = daughter.apply().json()
    assert (said["conclusion"], said["grant"]) == ("approve", {"monthly_amount": "300.00"})
    assert said["acting"] == {"name": "周晓梅", "authorisation": f"mandate: {daughter.mandate}"}
    assert client.signed_in(LI).get(f"{V1}/cases/{said['number']}").json()["acting"]["name"] == "周晓梅"
    assert client.signed_in(DAUGHTER).get(f"{V1}/cases/{said['number']}").status_code == 404
    assert daughter.get(f"{V1}/cases").json()["cases"][0]["number"] == said["number"]
    assert client.signed_in(DAUGHTER).get(f"{V1}/cases").json()["cases"] == []


def test_receipt_timeline_and_licence_uses_say_who_acted_and_by_what_right(client: Client, daughter: Proxy) -> None:
    number = daughter.apply().json()["number"]
    right = f"mandate: {daughter.mandate}"
    li = client.signed_in(LI)
    assert li.get(f"{V1}/cases/{number}/receipt").json()["acting"] == {
        "authorisation": right, "name": "周晓梅", "number": "440309********0023"}
    assert [each["by"] for each in li.get(f"{V1}/cases/{number}/timeline").json()["entries"]] == ["周晓梅"]
    uses = [each for each in li.get(f"{V1}/licence-uses").json()["uses"] if each["case_number"] == number]
    assert {each["authorisation"] for each in uses} == {right}
    complete = client.signed_in(APPROVER).get(f"{V1}/cases/{number}/receipt?reason=register").json()
    assert complete["acting"]["number"] == DAUGHTER


def test_the_principal_is_told_and_so_is_who_receives_results(client: Client, service: Service, daughter: Proxy) -> None:
    number = daughter.apply().json()["number"]
    do_work(service)
    told = {each["subject"]["zh"].split("：")[0] for each in client.signed_in(LI).get(f"{V1}/inbox").json()["messages"]}
    assert told == {"已批准", "周晓梅以您的名义办事"}
    [copy] = client.signed_in(DAUGHTER).get(f"{V1}/inbox").json()["messages"]
    assert number in copy["body"]["zh"]
    assert "李桂芳" in copy["subject"]["zh"]


def test_a_proxy_reads_the_result_as_a_licence_and_no_other_licence(client: Client, service: Service, daughter: Proxy) -> None:
    daughter.apply()
    do_work(service)
    [result] = daughter.get(f"{V1}/licences").json()["licences"]
    assert result["type"] == "senior-allowance-notice"
    held = client.signed_in(LI).get(f"{V1}/licences").json()["licences"]
    card = next(each["id"] for each in held if each["type"] == "resident-id-card")
    assert (len(held), daughter.get(f"{V1}/licences/{card}").status_code) == (3, 404)


def test_one_open_case_of_the_applicant_whoever_applies(client: Client, daughter: Proxy) -> None:
    client.signed_in(LI).apply(CARD)
    assert code(daughter.apply(CARD, key="key-2")) == "case-open"


def test_the_same_key_of_the_proxys_own_application_is_another_key(client: Client, daughter: Proxy) -> None:
    own = daughter.client.apply(CARD, key="same").json()["number"]
    answer = daughter.apply(CARD, key="same")
    assert (answer.status_code, code(answer)) == (409, "idempotency-key-reused")
    assert daughter.client.apply(CARD, key="same").json()["number"] == own
    theirs = daughter.apply(CARD, key="other").json()["number"]
    assert daughter.apply(CARD, key="other").json()["number"] == theirs != own


def test_an_organisations_representative_applies_for_it(client: Client) -> None:
    said = standing(client, REPRESENTATIVE).apply(SUBSIDY).json()
    assert (said["conclusion"], said["grant"]["amount"]) == ("approve", "4000.00")
    assert said["acting"] == {"name": "林晓东", "authorisation": "representative: business-licence"}
    receipt = client.signed_in(FIRM).get(f"{V1}/cases/{said['number']}/receipt").json()
    assert receipt["facts"]["applicant"]["agent_number"] == REPRESENTATIVE


def test_a_parent_applies_for_a_child_and_has_all_of_its_licences(client: Client) -> None:
    mother = standing(client, MOTHER)
    said = mother.apply({"situation": "kindergarten-subsidy-claim", "form": {"note": "大班"}}).json()
    assert (said["status"], said["acting"]["authorisation"]) == ("in_review", "guardian: birth-certificate")
    assert [each["type"] for each in mother.get(f"{V1}/licences").json()["licences"]] == ["household-register", "birth-certificate"]
    assert CHILD not in mother.get(f"{V1}/cases/{said['number']}").text


def test_what_is_half_filled_is_of_whoever_fills_it(client: Client, daughter: Proxy) -> None:
    draft = {"situation": CLAIM["situation"], "form": {"bank_account": "1"}}
    ours = daughter.post(f"{V1}/drafts", draft).json()["id"]
    li = client.signed_in(LI)
    assert (li.get(f"{V1}/drafts").json()["drafts"], li.get(f"{V1}/drafts/{ours}").status_code) == ([], 404)
    assert li.post(f"{V1}/drafts", draft).status_code == 201
    assert [each["id"] for each in daughter.get(f"{V1}/drafts").json()["drafts"]] == [ours]


def test_the_form_is_filled_from_the_principals_licences_by_the_mandate(client: Client, daughter: Proxy) -> None:
    assert daughter.get(f"{V1}/situations/{CLAIM['situation']}/form").status_code == 200
    assert daughter.get(f"{V1}/situations/{CLAIM['situation']}/materials").status_code == 200
    rights = {each["authorisation"] for each in client.signed_in(LI).get(f"{V1}/licence-uses").json()["uses"]}
    assert rights == {f"mandate: {daughter.mandate}"}
    assert client.signed_in(DAUGHTER).get(f"{V1}/licence-uses").json()["uses"] == []


def test_an_upload_belongs_to_the_principal(client: Client, daughter: Proxy) -> None:
    purpose = {"situation": CLAIM["situation"], "material": "household"}
    sent = daughter.call("POST", f"{V1}/materials", files={"file": ("a.pdf", pdf())}, data=purpose)
    assert sent.status_code == 201
    assert [each["id"] for each in client.signed_in(LI).get(f"{V1}/materials").json()["materials"]] == [sent.json()["id"]]
    assert client.signed_in(DAUGHTER).get(f"{V1}/materials").json()["materials"] == []


def test_withdrawing_supplementing_and_appealing_are_the_proxys_acts(client: Client, daughter: Proxy) -> None:
    number = daughter.apply(CARD).json()["number"]
    assert daughter.post(f"{V1}/cases/{number}/withdraw", {"reason": "重新准备"}).json()["status"] == "withdrawn"
    entries = client.signed_in(LI).get(f"{V1}/cases/{number}/timeline").json()["entries"]
    assert [(each["kind"], each["by"]) for each in entries] == [("submitted", "周晓梅"), ("withdrawn", "周晓梅")]


def test_a_look_at_the_principals_case_is_on_record(client: Client, service: Service, daughter: Proxy) -> None:
    number = client.signed_in(LI).apply(CARD).json()["number"]
    daughter.get(f"{V1}/cases/{number}")
    with service.database.reading() as session:

        query = text("SELECT action FROM audit WHERE case_number = :number AND action LIKE '%.read'")
        assert session.connection().execute(query, {"number": number}).scalars().all() == ["case.read"]


@pytest.mark.parametrize(("acts", "may"), [
    (["apply"], {"apply", "cases"}), (["read"], {"cases"}), (["receive"], {"licences"}),
    (["apply", "read", "receive"], {"apply", "cases", "licences"}),
])  # fmt: skip
def test_each_act_is_allowed_apart(client: Client, acts: list[str], may: set[str]) -> None:
    found = proxy(client, HE, acts=acts)
    answers = {"apply": found.apply(CARD), "cases": found.get(f"{V1}/cases"), "licences": found.get(f"{V1}/licences")}
    assert {name for name, each in answers.items() if each.status_code < 300} == may
    assert {code(each) for each in answers.values() if each.status_code >= 300} <= {"not-while-acting"}


def test_a_decision_after_the_mandate_has_ended_still_names_it(client: Client, service: Service) -> None:
    """何振声's death register is silent: a person decides, when there is no mandate any more."""
    found = proxy(client, HE)
    number = found.apply().json()["number"]
    client.signed_in(HE).post(f"{V1}/mandates/{found.mandate}/end")
    receipt = orjson.loads(client.signed_in(HE).get(f"{V1}/cases/{number}/receipt").content)
    assert receipt["acting"]["authorisation"] == f"mandate: {found.mandate}"
    assert client.signed_in(HE).post(f"{V1}/cases/{number}/withdraw", {}).json()["status"] == "withdrawn"


def test_the_holders_export_holds_their_mandates(client: Client) -> None:

    content = client.signed_in(LI).get(f"{V1}/my/data").content
    with ZipFile(BytesIO(content)) as file:
        [mandate] = orjson.loads(file.read("mandates.json"))
    assert (mandate["agent_name"], mandate["state"], mandate["department"]) == ("周晓梅", "in-force", "civil-affairs")
    assert NEW["agent"]["number"] == DAUGHTER
