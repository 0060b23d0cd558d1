"""A person's cases in a browser: the list, and the page of one with its answer: what was decided, why, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response

from engine.catalogue import Situation
from engine.decision.explanation import NEXT_STEPS, Explanation, Line, explain, granted
from engine.decision.receipt_document import ReceiptDocument
from engine.ruleset.model import Ruleset
from service.cases import actions
from service.cases.models import CaseAnswer
from service.cases.states import OPEN
from service.cases.wording import (
    AFTER_APPEAL,
    APPEAL_WITHDRAWN,
    CONCLUDING,
    MOVES,
    NEXT,
    OF_REVOCATION,
    OUTCOMES,
    REVOKING,
    SPEAK,
    STATUSES,
    UNNAMED,
    WAITING,
    appeal_was_withdrawn,
)
from service.drafts.actions import drafts_of
from service.licences.actions import result_of
from service.mandates.wording import KINDS
from service.materials.actions import asked_on_case
from service.revocations.actions import UNDER_WAY, may_speak, revocation_on
from service.state import Service
from service.web.page import Here, Page

router = APIRouter(include_in_schema=False)
PER_PAGE = 20
_FIRST = ("fail", "unknown", "looked-at", "committed", "pass")


@dataclass(frozen=True, slots=True)
class Told:
    """The receipt in words. `lines`: the conditions, those that stand in the way first. `titles`: of evidence, by name.
    `ruleset`: the one that decided, where the service still has it.
    """

    explanation: Explanation
    lines: list[Line]
    titles: dict[str, str]
    ruleset: Ruleset | None

    def granted(self, grant: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Labels and values of what was granted, by the rules or by an approver."""
        return [granted(name, value, self.ruleset, self.explanation.lang) for name, value in grant.items()]

    @property
    def passed(self) -> int:
        return sum(each.outcome == "pass" for each in self.lines)


@router.get("/my/cases")
def cases(page: Here, before: Annotated[str | None, Query(max_length=40)] = None) -> Response:
    found = actions.cases_of(page.service, page.person, before, PER_PAGE)
    older = f"/my/cases?before={found.cases[-1].number}" if found.next else None
    waiting = len(drafts_of(page.service, page.person).drafts)
    return page.show("cases/cases.html", drafts=waiting, cases=found.cases, older=older, before=before, statuses=STATUSES, unnamed=UNNAMED)


@router.get("/my/cases/{number}")
def case(number: str, page: Here) -> Response:
    found = actions.case_of(page.service, page.person, number)
    told = _told(page, number)
    situation = page.service.catalogue.situations.get(found.situation)
    matter = page.service.catalogue.matters[situation.matter] if situation else None
    entries = actions.timeline_of(page.service, page.person, number).entries
    appealed = appeal_was_withdrawn(entries)
    revocation = revocation_on(page.service, number)
    revoking = revocation is not None and revocation.state in UNDER_WAY
    speaking = revocation is not None and may_speak(page.service, revocation)
    if revoking:
        status, next_ = REVOKING, page.text(SPEAK if speaking else CONCLUDING)
    elif appealed:
        status, next_ = APPEAL_WITHDRAWN, page.text(AFTER_APPEAL)
    else:
        refused_again = found.status == "rejected" and any(each.kind == actions.APPEALED for each in entries)
        status = STATUSES.get(found.status, UNNAMED)
        next_ = page.text(AFTER_APPEAL) if refused_again else _next(page, found)
    return page.show(
        "cases/case.html", case=found, situation=situation, matter=matter, told=told, grant=told.granted(found.grant), next=next_,
        status=status, may_appeal=_may_appeal(page, found), speaking=speaking, revoking=revoking, of_revocation=OF_REVOCATION,
        revocation=revocation if revoking or found.status == "revoked" else None,
        statuses=STATUSES, unnamed=UNNAMED, moves=MOVES, open=OPEN, kinds=KINDS,
        outcomes=WAITING if found.status == "awaiting_evidence" else OUTCOMES,
        materials=asked_on_case(page.service, page.person, situation, number, {}, {}) if situation else [],
        result=result_of(page.service, page.person, number) if found.status == "approved" else None, gives=_gives(page.service, situation),
        entries=entries,
    )  # fmt: skip


def _gives(service: Service, situation: Situation | None) -> bool:
    """Whether an approval gives a licence; it is there a moment later."""
    type_ = service.licence_types.get(situation.result.licence) if situation and situation.result else None
    return type_ is not None and type_.type_code is not None


def _may_appeal(page: Page, found: CaseAnswer) -> bool:
    """Whether there is still time to, and they have not yet."""
    if found.status != "rejected":
        return False
    refused = actions.appeal_refused(page.service, page.person, found.number)
    return refused is None or refused.code not in ("appeal-too-late", "appealed-before")


def _next(page: Page, found: CaseAnswer) -> str:
    """What the applicant may expect, or do, as the case stands now."""
    if (text := NEXT.get(found.status)) is not None:
        return page.text(text)
    zh, en = NEXT_STEPS[{"approved": "approve", "rejected": "reject"}.get(found.status, "review")]
    return zh if page.lang == "zh" else en


def _told(page: Page, number: str) -> Told:
    receipt = ReceiptDocument.model_validate(orjson.loads(actions.receipt_of(page.service, page.person, number)))
    ruleset = _ruleset(page.service, receipt)
    told = explain(receipt, page.lang, "applicant", ruleset)
    lines = sorted(told.reasons, key=lambda each: _FIRST.index(each.outcome))
    titles = {each.name: each.type.title for each in ruleset.evidence.values()} if ruleset else {}
    return Told(told, lines, titles, ruleset)


def _ruleset(service: Service, receipt: ReceiptDocument) -> Ruleset | None:
    """The very ruleset that decided, where the service still has it."""
    found = service.rulesets.by_hash(receipt.ruleset_hash)
    return None if found is None else found.compiled.ruleset
