"""Matters for anyone, and the form of a situation as JSON Schema."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from service.demo import FIRM, LI
from service.state import Service
from tests.service.conftest import CLAIM, V1, Client

pytestmark = pytest.mark.either_database


def test_people_find_a_matter_by_their_own_words(client: Client) -> None:
    found = client.get(f"{V1}/matters", params={"query": "老人补贴怎么领"}).json()["matters"]
    assert found[0]["id"] == "senior-allowance"


@pytest.mark.parametrize(("params", "holds"), [
    ({"instant": "true"}, lambda each: each["instant"]),
    ({"instant": "false"}, lambda each: not each["instant"]),
    ({"audience": "organisation"}, lambda each: "organisation" in each["audience"]),
    ({"department": "health"}, lambda each: each["department"] == "health"),
    ({"life_event": "old-age"}, lambda each: "old-age" in each["life_events"]),
])  # fmt: skip
def test_each_filter_leaves_what_fits(client: Client, params: dict[str, str], holds: Any) -> None:
    found = client.get(f"{V1}/matters", params=params).json()["matters"]
    everything = client.get(f"{V1}/matters").json()["matters"]
    assert found
    assert found == [each for each in everything if holds(each)]


def test_a_matter_tells_its_situations_and_where_their_forms_are(client: Client, service: Service) -> None:
    for id_ in service.catalogue.matters:
        matter = client.get(f"{V1}/matters/{id_}").json()
        assert matter["situations"]
    allowance = client.get(f"{V1}/matters/senior-allowance").json()
    assert client.get(allowance["situations"][0]["form"]).status_code == 200


def test_a_matter_tells_the_questions_that_lead_to_each_of_its_situations(client: Client) -> None:
    matter = client.get(f"{V1}/matters/food-business-permit").json()
    by_id = {each["id"]: each for each in matter["questions"]}

    def reached(question: dict[str, Any]) -> set[str]:
        ways = question["answers"]
        return set[str]().union(*({each["situation"]} if each["situation"] else reached(by_id[each["next"]]) for each in ways))

    assert reached(matter["questions"][0]) == {each["id"] for each in matter["situations"]}
    assert client.get(f"{V1}/matters/sole-trader-registration").json()["questions"] == []


def test_every_form_is_a_json_schema(client: Client, service: Service) -> None:
    for id_ in service.catalogue.situations:
        answer = client.get(f"{V1}/situations/{id_}/form")
        assert answer.headers["content-type"] == "application/schema+json"
        jsonschema.Draft202012Validator.check_schema(answer.json())


def test_the_form_takes_what_the_service_takes(client: Client) -> None:
    schema = client.get(f"{V1}/situations/{CLAIM['situation']}/form").json()
    assert schema["properties"]["bank_account"]["title"] == "智慧养老颐年卡账号"
    jsonschema.validate(CLAIM["form"], schema)
    for wrong in ({}, {"bank_account": "622"}, {**CLAIM["form"], "more": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


def test_what_is_asked_at_times_is_mandatory_then(client: Client) -> None:
    schema = client.get(f"{V1}/situations/{_permit(client)}/form").json()
    form = {"venue_name": "晨光", "kind": "购物", "area_code": "440309"}
    jsonschema.validate(form, schema)
    jsonschema.validate({**form, "kind": "住宿", "rooms": 3}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**form, "kind": "住宿"}, schema)
    assert schema["properties"]["rooms"]["x-asked-when"] == 'form.kind = "住宿"'


def test_what_a_licence_says_is_filled_in_with_its_source(client: Client) -> None:
    path = f"{V1}/situations/{_permit(client)}/form"
    field = client.signed_in(FIRM).get(path).json()["properties"]["venue_name"]
    assert field["x-prefilled"] == {
        "value": "深圳市龙华区晨光百货有限公司",
        "sources": [{"evidence": "business", "title": "营业执照", "issued_on": "2025-11-23"}],
    }
    assert "x-prefilled" not in client.get(path).json()["properties"]["venue_name"]
    assert "x-prefilled" not in client.signed_in(LI).get(path).json()["properties"]["venue_name"]


def _permit(client: Client) -> str:
    situations = client.get(f"{V1}/matters/public-venue-hygiene-permit").json()["situations"]
    found: str = next(each["id"] for each in situations if each["instant"])
    return found
