"""The page of portals: what one lets each do, for whoever is signed in and nobody else."""

from __future__ import annotations

import httpx

from service.demo import LI, PORTAL
from service.web.forgery import FIELD, VISIT, token_for
from tests.service.conftest import Client

PAGE = "/my/portals"


def send(person: Client, **fields: str) -> httpx.Response:
    headers = {"Cookie": f"{VISIT}=visit", "Sec-Fetch-Site": "same-origin"}
    return person.call("POST", PAGE, data={FIELD: token_for("visit"), **fields}, headers=headers)


def test_agreeing_and_taking_it_back(li: Client) -> None:
    assert "龙华通（演示）" in li.get(PAGE).text
    assert send(li, give=PORTAL, scope="cases").status_code == 303
    shown = li.get(PAGE).text
    assert "查看您的办件" in shown
    assert "替您申请" not in shown
    assert send(li, withdraw=PORTAL).status_code == 303
    assert "替您申请" in li.get(PAGE).text


def test_nothing_chosen_is_told_beside_the_portal(li: Client) -> None:
    answer = send(li, give=PORTAL)
    assert answer.status_code == 422
    assert "请至少选一项" in answer.text


def test_the_portal_that_sent_somebody_here_stands_first_and_what_it_says_is_not_repeated(li: Client) -> None:
    assert "nobody&lt;b&gt;" not in li.get(f"{PAGE}?client=nobody%3Cb%3E").text
    assert li.get(f"{PAGE}?client={PORTAL}").status_code == 200


def test_who_is_not_signed_in_is_shown_the_way(client: Client) -> None:
    answer = client.get(PAGE, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")
    assert client.signed_in(LI).get(PAGE).status_code == 200
