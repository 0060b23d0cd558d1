"""One page being shown to one person: in their language and appearance, with what the layout needs.

    @router.get("/matters")
    def matters(page: Here) -> Response:
        return page.show("catalogue/matters.html", matters=…)
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, unquote

from fastapi import Depends, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from service.accounts.actions import Caller
from service.problems import Language, Problem, language
from service.protection.masking import veiled
from service.state import Anyone, Running, Service
from service.web import formats
from service.web.assets import built, icon_named
from service.web.forgery import FIELD, VISIT, WHOSE, new_visit, token_for
from service.web.navigation import entries
from service.web.translation import HTML, translations

LANGUAGE, APPEARANCE, TOLD = "miaopi_lang", "miaopi_appearance", "miaopi_told"
"""Cookies: what the person chose to read in and by, and what the next page tells them once."""
Appearance = Literal["auto", "light", "dark"]
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
YEAR = 365 * 24 * 3600
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SMALL = 1_000  # bytes not worth compressing


@dataclass(frozen=True, slots=True)
class Page:
    """`caller`: who is signed in, if anybody. `visit`: see `service.web.forgery`."""

    request: Request
    service: Service
    caller: Caller | None
    lang: Language
    appearance: Appearance
    visit: str

    @property
    def address(self) -> str:
        """Where a choice of language comes back to: this page where it can be asked for again, else the start."""
        url = self.request.url
        return (url.path + (f"?{url.query}" if url.query else "")) if self.request.method == "GET" else url.path

    @property
    def part_only(self) -> bool:
        """Whether htmx asks, and a part of the page is enough."""
        return "hx-request" in self.request.headers and "hx-history-restore-request" not in self.request.headers

    @property
    def person(self) -> Caller:
        """Who is signed in. Raises `Problem`: a browser is then shown the way to sign in, and comes back."""
        if self.caller is None:
            raise Problem("not-signed-in")
        return self.caller

    def text(self, zh: str, **values: Any) -> str:
        """A marked text in the page's language."""
        found: str = translations(self.lang).gettext(zh)
        return found % values if values else found

    def show(self, template: str, status: int = 200, headers: Mapping[str, str] | None = None, /, **context: Any) -> Response:
        """The template, `templates/<noun>/<name>.html`, as a response."""
        told = self.request.cookies.get(TOLD)
        here = {
            "page": self, "caller": self.caller, "path": self.request.url.path, "told_once": unquote(told) if told else None,
            "navigation": entries(self.request.app, self.caller), "has_page": self.request.app.state.page_paths.__contains__,
        }  # fmt: skip
        body = _environment(self.lang).get_template(template).render({**here, **context}).encode()
        sent = {"Content-Security-Policy": POLICY, "Content-Language": HTML[self.lang], "Referrer-Policy": "same-origin",
                "Vary": "Accept-Encoding, Accept-Language, Cookie, HX-Request", **(headers or {})}  # fmt: skip
        if len(body) > _SMALL and "gzip" in self.request.headers.get("accept-encoding", ""):
            body, sent["Content-Encoding"] = gzip.compress(body, 5), "gzip"
        response = Response(body, status, sent, "text/html; charset=utf-8")
        if told and not self.part_only:
            response.delete_cookie(TOLD, httponly=True, samesite="strict")
        return self._remembered(response)

    def go(self, path: str, told: str | None = None) -> Response:
        """On to another page, after a form (303). `told`: a marked text that it shows once."""
        response = Response(status_code=303, headers={"Location": path, "Referrer-Policy": "same-origin"})
        if told:
            self.keep(response, TOLD, quote(told), 60)
        return self._remembered(response)

    def keep(self, response: Response, cookie: str, value: str, seconds: int, path: str = "/") -> None:
        """Sets a cookie, for this path and those below, that no script and no other site gets."""
        secure = self.request.url.scheme == "https"
        response.set_cookie(cookie, value, seconds, path=path, httponly=True, samesite="strict", secure=secure)

    def _remembered(self, response: Response) -> Response:
        if self.request.cookies.get(VISIT) != self.visit:
            self.keep(response, VISIT, self.visit, YEAR)
        return response


def page_of(request: Request, service: Service, caller: Caller | None) -> Page:
    cookies = request.cookies
    chosen, appearance = cookies.get(LANGUAGE), cookies.get(APPEARANCE)
    return Page(
        request=request,
        service=service,
        caller=caller,
        lang="zh" if chosen == "zh" else "en" if chosen == "en" else language(request.headers.get("accept-language")),
        appearance="dark" if appearance == "dark" else "light" if appearance == "light" else "auto",
        visit=cookies.get(VISIT) or new_visit(),
    )


def _here(request: Request, service: Running, caller: Anyone) -> Page:
    return page_of(request, service, caller)


Here = Annotated[Page, Depends(_here)]


@cache
def _environment(lang: Language) -> Environment:
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    found.install_gettext_translations(translations(lang), newstyle=True)  # type: ignore[attr-defined]
    found.globals |= {"asset": built().url, "icon": icon, "icon_named": icon_named, "form_token": _form_token, "lang": lang,
                      "html_lang": HTML[lang]}  # fmt: skip
    found.filters |= {name: partial(_written, each, lang) for name, each in _FILTERS.items()}
    found.filters |= {"veiled": veiled, "said": partial(_written, said, lang), "named": partial(_named, lang),
                      "titled": partial(_written, titled, lang)}  # fmt: skip
    return found


_FILTERS: Mapping[str, Callable[[Any, Language], str]] = {
    "day": formats.day, "last_day": formats.last_day, "moment": formats.moment, "money": formats.money, "number": formats.number,
    "size": formats.size,
}  # fmt: skip


def _written(format_: Callable[[Any, Language], str], lang: Language, value: Any) -> str:
    return format_(value, lang)


def said(text: str, lang: Language) -> str:
    """What the rules or the catalogue call something: in English where `locale/en/catalogue.po` has it, else as it is."""
    found: str = translations(lang).gettext(text) if text else text
    return found


def titled(text: str, lang: Language) -> str:
    """A matter and its situation, `… · …`, and behind them in brackets what for: each of them called as `said` has it."""
    matter, dot, situation = text.partition(" · ")
    found = said(text, lang)
    if lang == "zh" or not dot or found != text:
        return found
    parted = None if said(situation, lang) != situation else re.fullmatch(r"(.+)（([^（）]+)）", situation)
    situation, purpose = parted.groups() if parted else (situation, "")
    return f"{said(matter, lang)} · {said(situation, lang)}" + (f" ({said(purpose, lang)})" if purpose else "")


def _named(lang: Language, text: str) -> str | Markup:
    """The same for a page's text: what stays Chinese on an English page is marked as such, for those who listen."""
    found = said(text, lang)
    return Markup('<span lang="zh-CN">{}</span>').format(found) if lang == "en" and found == text and _CHINESE.search(text) else found


def icon(name: str, classes: str = "") -> Markup:
    """An icon of Tabler's, decoration only: what it means stands beside it in words."""
    sprite = built().url("icons.svg")
    if sprite is None:
        return Markup("")
    return Markup('<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>').format(classes, sprite, name)


@pass_context
def _form_token(context: Context) -> Markup:
    """The hidden fields that every form with `method="post"` has: that it is of ours, and whose affairs it is about."""
    page: Page = context["page"]
    field = Markup('<input type="hidden" name="{}" value="{}">')
    acting = page.caller.acting if page.caller else None
    whose = field.format(WHOSE, acting.mandate) if acting else Markup("")
    return field.format(FIELD, token_for(page.visit)) + whose
