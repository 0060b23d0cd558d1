"""How a person wants to read: language and appearance, kept by cookies; the language of whoever is signed in with their account too."""

from __future__ import annotations

from fastapi import APIRouter, Response

from service.notifications.reading import keep_language
from service.web.forms import Posted
from service.web.page import APPEARANCE, LANGUAGE, YEAR, Here
from service.web.paths import own_path

router = APIRouter(include_in_schema=False)


@router.post("/display")
def display(page: Here, fields: Posted) -> Response:
    """Fields: `lang` or `appearance`, and `next`, the page to go back to. Anything else changes nothing."""
    response = page.go(own_path(fields.get("next")))
    if (lang := fields.get("lang")) in ("zh", "en"):
        page.keep(response, LANGUAGE, lang, YEAR)
        if page.caller is not None:
            keep_language(page.service, page.caller.actor, "en" if lang == "en" else "zh")
    if (appearance := fields.get("appearance")) in ("light", "dark", "auto"):
        page.keep(response, APPEARANCE, appearance, YEAR)
    return response
