"""What pages promise whoever asks: a form is taken from a page of ours alone, nothing inline, problems that a browser can read."""

from __future__ import annotations

import re

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from hypothesis import given
from hypothesis import strategies as st

from service.demo import FIRM, HE, LI
from service.routes import PAGES
from service.web.assets import built
from service.web.forgery import FIELD
from service.web.forms import _posted, _posted_with_files
from service.web.page import icon
from service.web.paths import own_path
from tests.service.files import pdf
from tests.web.test_translations import ROOT
from tests.web.visitor import Visitor, token

# ---- forms


def routes() -> list[APIRoute]:
    return [route for router in PAGES for route in router.routes if isinstance(route, APIRoute)]


def calls(dependant: Dependant) -> set[object]:
    return {dependant.call}.union(*(calls(each) for each in dependant.dependencies))


@pytest.mark.parametrize("route", [each for each in routes() if each.methods != {"GET"}], ids=lambda each: each.path)
def test_every_page_that_takes_a_form_holds_it_against_forgery(route: APIRoute) -> None:
    assert {_posted, _posted_with_files} & calls(route.dependant)


@pytest.mark.parametrize("path", sorted({each.path for each in routes() if each.methods != {"GET"}} - {"/display", "/sign-out"}))
def test_a_form_posts_to_an_address_that_can_be_got(path: str) -> None:
    assert path in {each.path for each in routes() if each.methods == {"GET"}}


def test_a_form_of_ours_is_taken(client: Visitor) -> None:
    page = client.get("/sign-in")
    answer = client.post("/sign-in", data={FIELD: token(page), "number": LI, "next": "/my/cases"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/my/cases")
    assert "李桂芳" in client.get("/my/cases").text


@pytest.mark.parametrize(
    ("sent", "headers"),
    [
        ({}, {}),
        ({FIELD: ""}, {}),
        ({FIELD: "AAAA"}, {}),
        ({FIELD: "é"}, {}),
        ({FIELD: "A" * 88}, {}),
        (None, {"Sec-Fetch-Site": "cross-site"}),
        (None, {"Sec-Fetch-Site": "same-site"}),
        (None, {"Origin": "https://elsewhere.example"}),
        (None, {"Origin": "null"}),
    ],
)
def test_a_form_of_anybody_else_is_refused(client: Visitor, sent: dict[str, str] | None, headers: dict[str, str]) -> None:
    good = {FIELD: token(client.get("/sign-in"))}
    answer = client.post("/sign-in", data={"number": LI, **(good if sent is None else sent)}, headers=headers)
    assert answer.status_code == 403
    assert "miaopi_session" not in answer.headers.get("set-cookie", "")


def test_the_token_of_another_visit_is_refused(client: Visitor) -> None:
    theirs = token(client.get("/sign-in"))
    client.cookies = httpx.Cookies()
    client.get("/sign-in")
    assert client.post("/sign-in", data={FIELD: theirs, "number": LI}).status_code == 403


def test_the_token_reads_differently_on_each_page(client: Visitor) -> None:
    assert token(client.get("/sign-in")) != token(client.get("/sign-in"))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"number=%ff", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"", "text/plain"),
        (b"a=1&" * 6_000, "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_no_form_is_refused(client: Visitor, body: bytes, kind: str) -> None:
    assert client.post("/sign-in", content=body, headers={"Content-Type": kind}).status_code == 415


def test_a_huge_form_is_refused(client: Visitor) -> None:
    body = b"number=" + b"1" * (1 << 21)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/sign-in", content=body, headers=kind).status_code == 413


def test_a_form_with_files_is_held_against_forgery_and_within_limits(client: Visitor) -> None:
    there = "/situations/labour-dispatch-permit-new/apply"
    client.post("/sign-in", data={FIELD: token(client.get("/sign-in")), "number": FIRM})
    good = {FIELD: token(client.get(there)), "step": "attach"}
    files = [("file.capital", (f"{each}.pdf", pdf(text=str(each)))) for each in range(3)]
    assert client.post(there, files=files, data={**good, FIELD: "AAAA"}).status_code == 403
    taken = client.post(there, files=files, data=good).text
    assert taken.count('name="material.capital"') == 3
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        assert client.post(there, content=b"no parts", headers={"Content-Type": kind}).status_code == 415
    assert client.post(there, files=files, data={**good, **{f"n{each}": "" for each in range(5_000)}}).status_code == 415
    refused = client.post(there, files=[("file.capital", ("big.pdf", bytes(21 << 20)))], data=good)
    assert (refused.status_code, "文件超过20 MB" in refused.text) == (422, True)
    assert client.post(there, files=[("file.capital", ("bigger.pdf", bytes(61 << 20)))], data=good).status_code == 413


def test_a_form_with_files_whose_session_ended_keeps_what_was_attached(client: Visitor) -> None:
    there = "/situations/labour-dispatch-permit-new/apply"
    good = {FIELD: token(client.get("/sign-in")), "step": "check", "material.capital": "019aaf2e-7e40-7a11-8c3b-5d2f0c9b7e61"}
    answer = client.post(there, files=[("file.capital", ("a.pdf", pdf()))], data=good)
    assert answer.status_code == 401
    assert 'name="carried.material.capital" value="019aaf2e-7e40-7a11-8c3b-5d2f0c9b7e61"' in answer.text


# ---- where one is sent


@given(st.text(max_size=60) | st.from_regex(r"[/\\]{1,3}[a-z.:@\\/]{0,20}", fullmatch=True))
def test_nobody_is_sent_to_another_site(asked: str) -> None:
    there = own_path(asked)
    assert there.startswith("/")
    assert not there.startswith(("//", "/\\"))
    assert "\\" not in there
    assert httpx.URL("http://here.example").join(there).host == "here.example"


def test_whoever_is_not_signed_in_comes_back(client: Visitor) -> None:
    answer = client.get("/my/cases?before=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/my/cases%3Fbefore%3Dx")


# ---- the language one reads in


def test_the_language_one_chose_is_there_at_the_next_sign_in_and_in_ones_messages(app: FastAPI) -> None:
    def signed_in() -> Visitor:
        somebody = Visitor(app)
        somebody.post("/sign-in", data={FIELD: token(somebody.get("/sign-in")), "number": HE})
        return somebody

    first = signed_in()
    assert "办事大厅" in first.get("/matters").text
    first.post("/display", data={FIELD: token(first.get("/matters")), "lang": "en", "next": "/matters"})
    assert first.get("/api/v1/preferences").json()["language"] == "en"
    elsewhere = signed_in()
    assert "Services" in elsewhere.get("/matters").text
    kept = {FIELD: token(elsewhere.get("/my/preferences")), "language": "zh", "step": "save"}
    elsewhere.post("/my/preferences", data=kept)
    assert "办事大厅" in elsewhere.get("/matters").text
    assert "办事大厅" in signed_in().get("/matters").text


# ---- what is sent


def test_a_page_has_a_policy_and_nothing_inline(client: Visitor) -> None:
    for path in ("/", "/matters", "/situations/senior-allowance-first-claim", "/sign-in", "/nothing-is-here"):
        page = client.get(path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page.text), path
        assert page.headers["cache-control"] == "no-store"


def test_a_browser_gets_a_page_and_a_program_gets_problem_details(client: Visitor) -> None:
    page = client.get("/matters/none", headers={"Accept-Language": "en"})
    assert page.status_code == 404
    assert "There is no such matter" in page.text
    told = client.get("/matters/none", headers={"Accept": "application/json"})
    assert (told.status_code, told.headers["content-type"]) == (404, "application/problem+json")
    api = client.get("/api/v1/matters/none")
    assert api.headers["content-type"] == "application/problem+json"


def test_what_was_searched_is_shown_as_text(client: Visitor) -> None:
    page = client.get("/matters", params={"query": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


def test_assets_are_kept_for_a_year_and_come_compressed(client: Visitor) -> None:
    sheet = built().url("miaopi.css")
    assert sheet
    for encoding in ("br", "gzip", "identity"):
        answer = client.get(sheet, headers={"Accept-Encoding": encoding})
        assert answer.headers.get("content-encoding", "identity") == encoding
        assert "immutable" in answer.headers["cache-control"]
    assert client.get("/static/manifest.json").status_code == 404
    assert client.get("/static/..%2f__init__.py").status_code == 404


def test_a_page_comes_compressed_where_that_is_understood(client: Visitor) -> None:
    answer = client.get("/matters", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "办事大厅" in answer.text
    assert "content-encoding" not in client.get("/matters", headers={"Accept-Encoding": "identity"}).headers


def test_every_icon_that_is_named_was_built() -> None:
    named = set()
    for path in [*(ROOT / "service").rglob("*.html"), *(ROOT / "service").rglob("*.py")]:
        if "node_modules" not in path.parts:
            named |= set(re.findall(r"""\bicon(?:_named)?\s*(?:\(|=|:)\s*["']([a-z0-9-]+)["']""", path.read_text("utf-8")))
    assert named - built().icons - {"name"} == set()
    assert icon("search")


@pytest.mark.parametrize(("who", "situation", "says", "link"), [
    (LI, "employment-creation-subsidy-claim", "这件事由单位申请", 'href="/acting"'),
    (FIRM, "senior-allowance-first-claim", "这件事由个人申请", None),
])  # fmt: skip
def test_whom_a_matter_is_not_for_is_told_before_they_begin(
    client: Visitor, who: str, situation: str, says: str, link: str | None
) -> None:
    client.post("/sign-in", data={FIELD: token(client.get("/sign-in")), "number": who, "next": "/"})
    guide = client.get(f"/situations/{situation}").text
    assert says in guide
    assert f"/situations/{situation}/apply" not in guide
    assert link is None or link in guide
