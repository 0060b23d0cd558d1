"""The examples of the OpenAPI document run: each is sent as it stands to the case it is about."""

from __future__ import annotations

from typing import Any

import pytest

from engine.catalogue.model import SpecialProcedure
from service.app import create_app
from service.demo import HE, HEAD
from service.state import Service
from tests.service.conftest import V1, Client
from tests.service.review.approvers import Approver, approvers, left_to_a_person
from tests.service.test_applications import with_situation


@pytest.fixture
def client(service: Service) -> Client:
    return Client(create_app(with_situation(service, special_procedure=SpecialProcedure("专家评审", 30))))


def example(client: Client, method: str, path: str) -> Any:
    document = client.get(f"{V1}/openapi.json").json()
    body = document["paths"][f"{V1}{path}"][method]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    return document["components"]["schemas"][body.rpartition("/")[2]]["examples"][0]


@pytest.mark.parametrize(("what", "status"), [
    ("approve", "approved"), ("reject", "rejected"), ("transfer", "in_review"), ("request-supplement", "awaiting_supplement"),
    ("start-procedure", "in_review"),
])  # fmt: skip
def test_each_move(client: Client, what: str, status: str) -> None:
    number = left_to_a_person(client)
    zheng, _ = approvers(client)
    answer = zheng.move(number, what, zheng.take(number), example(client, "post", f"/reviews/{{number}}/{what}"))
    assert (answer.status_code, answer.json()["status"]) == (200, status)


def test_a_preview_and_the_decision_of_an_appeal(client: Client) -> None:
    number = left_to_a_person(client)
    zheng, luo = approvers(client)
    preview = zheng.move(number, "preview", None, example(client, "post", "/reviews/{number}/preview"))
    assert preview.json()["may_approve"]
    zheng.move(number, "reject", zheng.take(number), example(client, "post", "/reviews/{number}/reject"))
    client.signed_in(HE).post(f"{V1}/cases/{number}/appeal", {"reason": "我还在世"})
    body = example(client, "post", "/cases/{number}/appeal-decision")
    assert luo.move(number, "appeal-decision", luo.take(number), body).json()["status"] == "approved"


def test_the_desk(client: Client) -> None:
    head = Approver(client.signed_in(HEAD)).client
    assert head.post(f"{V1}/review-templates", example(client, "post", "/review-templates")).status_code == 201
    wanted = example(client, "put", "/review-filters/{name}")
    assert head.call("PUT", f"{V1}/review-filters/x", json=wanted).status_code == 204
