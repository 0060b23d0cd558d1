"""Everything that is answered: pages for browsers, and the API for programs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from starlette.routing import BaseRoute

from service.accounts.api import router as accounts
from service.accounts.pages import router as accounts_pages
from service.audit.api import router as audit
from service.cases.api import router as cases
from service.cases.apply_pages import router as apply_pages
from service.cases.move_pages import router as move_pages
from service.cases.pages import router as cases_pages
from service.cases.precheck_pages import router as precheck_pages
from service.catalogue.api import router as catalogue
from service.catalogue.pages import router as catalogue_pages
from service.clients.api import router as clients
from service.clients.pages import router as clients_pages
from service.clients.token_api import router as tokens
from service.drafts.api import router as drafts
from service.drafts.pages import router as drafts_pages
from service.evidence.api import router as evidence
from service.evidence.pages import router as evidence_pages
from service.licences.api import router as licences_api
from service.licences.pages import router as licences_pages
from service.mandates.api import router as mandates
from service.mandates.pages import router as mandate_pages
from service.materials.api import router as materials
from service.notifications.api import router as notifications
from service.notifications.pages import router as notifications_pages
from service.oidc.pages import router as oidc_pages
from service.operation.health import healthz, readyz
from service.operation.metrics import metrics
from service.own_data.api import router as own_data
from service.payments.api import router as payments
from service.policies.api import router as policies_api
from service.policies.studio import (
    case_pages,
    draft_pages,
    new_pages,
    reading_pages,
    review_pages,
    switching_pages,
    table_pages,
    trying_pages,
)
from service.review.api import router as review
from service.review.case_pages import router as desk_case_pages
from service.review.desk_api import router as review_desk
from service.review.head_pages import router as head_pages
from service.review.move_pages import router as desk_move_pages
from service.review.queue_pages import router as desk_pages
from service.review.sample_pages import router as sample_pages
from service.revocations.api import router as revocations
from service.revocations.pages import router as revocation_pages
from service.revocations.statement_pages import router as statement_pages
from service.state import BASE, GUARD
from service.web.assets import router as assets
from service.web.display import router as display

STUDIO = (reading_pages, new_pages, draft_pages, table_pages, trying_pages, case_pages, review_pages, switching_pages)
PAGES = (
    assets, display, accounts_pages, oidc_pages, clients_pages, catalogue_pages, apply_pages, cases_pages, move_pages, precheck_pages,
    evidence_pages, licences_pages, drafts_pages, notifications_pages, *(each.router for each in STUDIO),
    desk_pages, desk_case_pages, desk_move_pages, head_pages, sample_pages, revocation_pages, statement_pages, mandate_pages,
)  # fmt: skip
"""What browsers are shown, outside `BASE`."""
API = (
    catalogue, cases, drafts, evidence, materials, accounts, policies_api, audit, review_desk, review, notifications, payments, own_data,
    revocations, licences_api, mandates, clients, tokens,
)  # fmt: skip
"""What programs are answered, under `BASE`."""

_PROBLEM = {"default": {"description": "RFC 9457 problem details", "content": {"application/problem+json": {
    "example": {"type": "urn:miaopi:problem:unknown-case", "title": "没有这个办件", "status": 404}}}}}  # fmt: skip


@cache
def routes() -> Sequence[BaseRoute]:
    """All of them, behind the guard. Made once: FastAPI takes a quarter of a second to work out what each takes."""
    found = APIRouter(dependencies=[GUARD], responses=_PROBLEM)  # type: ignore[arg-type]
    for router in API:
        found.include_router(router, prefix=BASE)
    for router in PAGES:
        found.include_router(router)
    found.add_api_route("/healthz", healthz, tags=["operation"])
    found.add_api_route("/readyz", readyz, tags=["operation"])
    found.add_api_route("/metrics", metrics, tags=["operation"], response_class=PlainTextResponse)
    return found.routes
