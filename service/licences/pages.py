"""The wallet in a browser: what one holds, showing it to somebody, having it on paper; and verifying what somebody shows."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import segno
from fastapi import APIRouter, Path, Query, Response

from service.client_address import address_of
from service.licences import actions
from service.licences.document import document
from service.licences.models import VerificationCode
from service.licences.wording import STATUSES, told
from service.problems import Problem
from service.web.forms import Posted
from service.web.page import Here, Page

router = APIRouter(include_in_schema=False)
Id = Annotated[str, Path(max_length=200)]
Code = Annotated[str, Path(max_length=100)]
_PDF = "application/pdf"


@router.get("/my/licences")
def wallet(page: Here, fetch: Annotated[str, Query(max_length=10)] = "") -> Response:
    """`fetch`: the person asks for what only the licence repository has; that is a use of it, and on record."""
    found = actions.wallet(page.service, page.person, bool(fetch))
    types = page.service.licence_types
    return page.show(
        "licences/wallet.html", licences=found.licences, statuses=STATUSES, fetched=bool(fetch),
        elsewhere=page.service.sources.provider.outside,
        unreachable=[types[each].title if each in types else each for each in found.unreachable],
    )  # fmt: skip


@router.get("/my/licences/{id}")
def licence(id: Id, page: Here) -> Response:
    return _licence(page, id)


@router.post("/my/licences/{id}")
def use(id: Id, page: Here, fields: Posted) -> Response:
    """`step`: `show` a code to somebody, or have the `document`."""
    if fields.get("step") == "document":
        paper = document(page.service, page.person, id)
        named = f"attachment; filename*=UTF-8''{quote(paper.name, safe='')}"  # RFC 6266, RFC 8187
        return Response(paper.content, media_type=_PDF, headers={"Content-Disposition": named})
    return _licence(page, id, actions.new_code(page.service, page.person, id) if fields.get("step") == "show" else None)


@router.get("/verify")
def ask(page: Here, code: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Where a code is typed in; the address of a QR code leads past it."""
    given = code.strip().rsplit("/", 1)[-1][:100]
    return page.go(f"/verify/{quote(given, safe='')}") if given else page.show("licences/ask.html", unknown=False, code="")


@router.get("/verify/{code}")
def verify(code: Code, page: Here) -> Response:
    page.service.prechecks.count(address_of(page.request))
    try:
        found = actions.verify(page.service, code)
    except Problem as problem:
        if problem.code != "unknown-code":
            raise
        return page.show("licences/ask.html", 404, {}, unknown=True, code=code)
    said = told(page.service.licence_types.get(found.type), found.attributes, page.lang) if found.attributes is not None else None
    return page.show("licences/verified.html", licence=found, said=said, status=STATUSES[found.status], at=page.service.now())


def _licence(page: Page, id_: str, code: VerificationCode | None = None) -> Response:
    found = actions.licence(page.service, page.person, id_)
    address = f"{page.service.notifications.site}/verify/{code.code}" if code else None
    return page.show(
        "licences/licence.html", licence=found, status=STATUSES[found.status], uses=found.uses.uses, code=code, address=address,
        said=told(page.service.licence_types.get(found.type), found.attributes, page.lang),
        square=segno.make(address, error="m", micro=False).svg_data_uri(scale=6, border=2) if address else None,
    )  # fmt: skip
