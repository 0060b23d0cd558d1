"""Problems as pages, for browsers: what went wrong in plain words, and the way on. A program still gets problem details."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from sqlalchemy.exc import SQLAlchemyError

from engine.decision.problems import InvalidFacts
from service.accounts.actions import Caller, caller_of
from service.accounts.pages import first_page
from service.accounts.sign_in_page import show_sign_in
from service.problems import Problem, language
from service.requests import document_response, problem_response
from service.state import ACTING, COOKIE, Service
from service.web.forgery import WHOSE
from service.web.page import Page, page_of
from service.web.translation import mark

_API = "/api/"
ADVICE = {
    "not-found": mark("地址可能写错了，或者页面已经移走。可以从办事大厅重新查找。"),
    "unknown-case": mark("请核对办件编号。只有申请人本人和负责的审批人能看到办件。"),
    "form-forged": mark("为了您的安全，表单只能从本网站的页面提交。请返回上一页，刷新后再提交；已填写的内容不会提交。"),
    "not-while-acting": mark("请先用页面上方的按钮切换到办自己的事，再回到这里。"),
    "beyond-mandate": mark("委托写明了可以办哪些事。需要办这件事的，请对方重新委托。"),
    "no-mandate": mark("委托可能已到期，或者一方结束了它。现在办的是您自己的事。"),
    "acting-changed": mark("您在别的窗口换了办事的一方。请核对页面上方写的是谁，再打开表单填写；什么也没有提交。"),
    "too-many-requests": mark("请稍等一分钟再试。"),
    "failed": mark("您填写的内容没有丢：请返回上一页再提交一次，同一份申请只会办理一次。"),
}
"""What to do, by the problem's code."""
_OTHERWISE = mark("请返回上一页核对后再试；仍有问题，请到服务窗口办理。")
_OTHERWISE_FOR_STAFF = mark("请返回上一页核对后再试；仍有问题，请联系系统管理员。")


def is_for_people(request: Request) -> bool:
    """Whether a browser asks for a page."""
    return not request.url.path.startswith(_API) and "text/html" in request.headers.get("accept", "")


def respond(request: Request, problem: Problem) -> Response:
    """A page for a browser, problem details (RFC 9457) for a program."""
    if not is_for_people(request):
        return problem_response(request, problem)
    page = _page(request)
    if problem.code == "not-signed-in":
        return _to_sign_in(page, problem)
    document = problem.document(page.lang)
    response = _shown(page, document, ADVICE.get(problem.code), problem.status_code, dict(problem.headers or {}))
    if problem.code == "no-mandate":
        response.delete_cookie(ACTING, httponly=True, samesite="strict")
    return response


def respond_to_facts(request: Request, invalid: InvalidFacts) -> Response:
    """The same for facts that cannot be decided on, where a page has not shown them beside their fields itself."""
    if not is_for_people(request):
        lang = language(request.headers.get("accept-language"))
        return document_response(invalid.problem(lang), 422, lang)
    page = _page(request)
    return _shown(page, invalid.problem(page.lang), None, 422, {})


def _shown(page: Page, document: dict[str, Any], advice: str | None, status: int, headers: dict[str, str]) -> Response:
    """With the way to the front door of whoever reads it: staff are not sent to a counter."""
    home = first_page(page, page.caller, "/") if page.caller else "/"
    otherwise = _OTHERWISE if home == "/" else _OTHERWISE_FOR_STAFF
    return page.show("problem.html", status, headers, document=document, advice=advice or otherwise, home=home)


def _to_sign_in(page: Page, problem: Problem) -> Response:
    """To the sign-in page and back; what a form had sent is carried along, so that nothing typed is lost."""
    fields = getattr(page.request.state, "fields", None)
    path = page.request.url.path
    if fields is None:
        query = f"?{page.request.url.query}" if page.request.url.query else ""
        return page.go(f"/sign-in?next={quote(path + query)}")
    carried = [(name, value) for name, value in fields.pairs if name != "step"]
    if whose := getattr(page.request.state, "whose", ""):
        carried.append((WHOSE, whose))
    return show_sign_in(page, path, carried, problem)


def _page(request: Request) -> Page:
    service: Service = request.app.state.service
    return page_of(request, service, _caller(request, service))


def _caller(request: Request, service: Service) -> Caller | None:
    known: Caller | None = getattr(request.state, "caller", None)
    if known is not None:
        return known
    token = request.cookies.get(COOKIE)
    try:
        return caller_of(service.database, token, service.now()) if token else None
    except SQLAlchemyError:
        return None  # the page says that something failed; it need not know to whom
