"""Turns that a day at the desk takes: another was quicker, a form is sent twice, a page is older than its case. Nothing typed is lost."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from service.demo import APPROVER, APPROVER_2, HE, HEAD, SUN, WRITER, WU
from service.review.filters import MOST
from service.web.forgery import FIELD
from tests.service.files import pdf
from tests.web.visitor import Visitor, token

V1 = "/api/v1"
CLAIM = 'value="claim"'


class Person(Visitor):
    """Somebody who is signed in."""

    def __init__(self, app: FastAPI, number: str) -> None:
        super().__init__(app)
        page = self.get("/sign-in")
        assert self.send(page, "/sign-in", number=number, next="/").status_code == 303

    def send(self, page: httpx.Response, path: str, **fields: str) -> httpx.Response:
        """A form of a page that was seen."""
        return self.post(path, data={FIELD: token(page), **fields})

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.call(method, f"{V1}{path}", json=body, headers={"Accept": "application/json", **headers})
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def move(self, number: str, what: str, body: Any = None) -> Any:
        return self.api("POST", f"/reviews/{number}/{what}", body or {}, **{"If-Match": f'"{self.version(number)}"'})

    def version(self, number: str) -> str:
        return str(self.api("GET", f"/reviews/{number}")["version"])


def applied(app: FastAPI, who: str, situation: str = "senior-card-new", *uploads: str) -> str:
    """The number of the case. `uploads`: materials for which a file is handed in."""
    person, materials = Person(app, who), {}
    for each in uploads:
        sent = {"situation": situation, "material": each}
        answer = person.post(f"{V1}/materials", data=sent, files={"file": (f"{each}.pdf", pdf(text=each))})
        materials[each] = answer.json()["id"]
    body = {"situation": situation, "form": {}, "materials": materials}
    number: str = person.api("POST", "/applications", body, **{"Idempotency-Key": situation})["number"]
    return number


def test_a_case_claimed_twice_from_the_queue_is_claimed(app: FastAPI) -> None:
    number, zheng = applied(app, WU), Person(app, APPROVER)
    queue = zheng.get("/desk")
    step = f"claim:{number}:{zheng.version(number)}"
    for _ in range(2):
        assert zheng.send(queue, "/desk", step=step).headers["location"] == f"/desk/cases/{number}"
    late = Person(app, APPROVER_2).send(queue, "/desk", step=step)
    assert late.status_code == 403 or "郑文清" in late.text


def test_who_decided_is_not_offered_to_claim_what_they_cannot(app: FastAPI) -> None:
    number, zheng, luo = applied(app, HE), Person(app, APPROVER), Person(app, APPROVER_2)
    zheng.move(number, "claim")
    zheng.move(number, "reject", {"reason": "照片不符", "clause": "第四条"})
    Person(app, HE).api("POST", f"/cases/{number}/appeal", {"reason": "照片是上周拍的"})
    assert CLAIM not in zheng.get(f"/desk/cases/{number}").text
    assert "由没有参与原决定的人领取" in zheng.get(f"/desk/cases/{number}").text
    assert CLAIM in luo.get(f"/desk/cases/{number}").text


def test_what_cannot_be_done_any_more_is_said_without_a_form_and_with_what_was_typed(app: FastAPI) -> None:
    number, zheng = applied(app, SUN), Person(app, APPROVER)
    zheng.move(number, "claim")
    page = zheng.get(f"/desk/cases/{number}/transfer")
    version = zheng.version(number)
    Person(app, SUN).api("POST", f"/cases/{number}/withdraw", {})
    late = zheng.send(
        page, f"/desk/cases/{number}/transfer", step="send", version=version, to="human-resources/general", reason="应由人力资源局办理"
    )
    assert late.status_code == 412
    assert "应由人力资源局办理" in late.text
    for path in ("supplement", "transfer"):
        shown = zheng.get(f"/desk/cases/{number}/{path}").text
        assert "办件现在的状态是“申请人撤回”，不能这样做。" in shown
        assert "请先领取办件" not in shown


def test_words_for_sending_back_are_there_after_the_case_moved_on(app: FastAPI) -> None:
    number = applied(app, SUN, "minimum-living-allowance-recognition", "income", "authorisation")
    zheng, luo = Person(app, APPROVER), Person(app, APPROVER_2)
    zheng.move(number, "claim")
    zheng.move(number, "approve", {"reason": "符合条件"})
    luo.move(number, "claim")
    page, version = luo.get(f"/desk/cases/{number}"), luo.version(number)
    luo.move(number, "release")
    late = luo.send(page, f"/desk/cases/{number}", step="send-back", version=version, **{"send-back-reason": "请写明公示到哪一天"})
    assert late.status_code == 412
    assert "请写明公示到哪一天" in late.text


def test_a_template_that_was_retired_meanwhile_loses_nothing_and_is_retired_once(app: FastAPI) -> None:
    head, zheng = Person(app, HEAD), Person(app, APPROVER)
    templates = head.get("/desk/templates")
    words = {"id": "fine", "kind": "approve", "zh": "核对无误。", "en": "All is in order."}
    assert head.send(templates, "/desk/templates", step="add", **words).status_code == 303
    number = applied(app, WU, "senior-card-lost")
    zheng.move(number, "claim")
    page, version = zheng.get(f"/desk/cases/{number}"), zheng.version(number)
    for _ in range(2):
        assert head.send(templates, "/desk/templates", step="retire:fine").headers["location"] == "/desk/templates"
    late = zheng.send(page, f"/desk/cases/{number}", step="approve", version=version, template="fine", reason="另经电话核实")
    assert late.status_code == 422
    assert "没有这个理由模板" in late.text
    assert "另经电话核实" in late.text


def test_one_filter_too_many_is_told_with_its_name_and_one_is_deleted_twice(app: FastAPI) -> None:
    zheng = Person(app, APPROVER)
    queue = zheng.get("/desk")
    for place in range(MOST):
        assert zheng.send(queue, "/desk", step="keep", name=f"筛选{place}").status_code == 303
    full = zheng.send(queue, "/desk", step="keep", name="再一个")
    assert full.status_code == 409
    assert "请先删除不用的" in full.text
    assert 'value="再一个"' in full.text
    for _ in range(2):
        assert zheng.send(queue, "/desk", step="drop:筛选0").status_code == 303


@pytest.mark.parametrize(("who", "home"), [(APPROVER, "/desk"), (WRITER, "/studio"), (WU, "/matters")])
def test_a_page_that_is_not_there_leads_staff_to_their_own_front_door(app: FastAPI, who: str, home: str) -> None:
    lost = Person(app, who).get("/nowhere")
    assert lost.status_code == 404
    assert f'class="btn btn-primary" href="{home}"' in lost.text or f'class="btn" href="{home}"' in lost.text
