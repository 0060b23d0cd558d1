"""Looking around in the studio: every ruleset with its state and figures, one with its versions, and the text of any version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query, Response

from engine.ruleset.model import Ruleset
from service.policies import actions
from service.policies.models import Event, Policy, PolicySummary
from service.policies.studio.figures import Bar, bars
from service.policies.studio.side_by_side import side_by_side
from service.policies.studio.wording import CONCLUSIONS, DRAFTS, EVENTS, STATES
from service.problems import Problem
from service.state import Service, day_of
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
_FIRST = ("stopped", "active", "coming", "draft", "ended")


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of the history. `times`: how often somebody kept a draft in a row."""

    event: Event
    times: int


@router.get("/studio")
def rulesets(page: Here) -> Response:
    return show_rulesets(page)


def show_rulesets(page: Page, new: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """`new`: what was filled in for one that is to be begun, with what is wrong with it, by field."""
    found = actions.policies_of(page.service, page.person).policies
    found.sort(key=lambda each: (_FIRST.index(each.state), each.ruleset))
    drafts = [each for policy in found for each in policy.drafts]
    titles = {each.ruleset: title_of(page.service, each) for each in found}
    return page.show(
        "studio/rulesets.html", status, {}, new=new or {}, faults=faults or {}, today=day_of(page.service.now()),
        policies=found, titles=titles, states=STATES, draft_states=DRAFTS,
        submitted=[each for each in drafts if each.state == "submitted"], begun=[each for each in drafts if each.state == "draft"],
        labels={each.ruleset: labels_of(page.service, each.in_force) for each in found},
    )  # fmt: skip


@router.get("/studio/{ruleset}")
def ruleset(ruleset: str, page: Here) -> Response:
    return show_ruleset(page, ruleset)


def show_ruleset(page: Page, ruleset: str, effective: str | None = None, fault: str | None = None, status: int = 200) -> Response:
    """`effective`: the day that was typed for a new version, with what is wrong with it."""
    found = actions.policy_of(page.service, page.person, ruleset)
    today = day_of(page.service.now())
    return page.show(
        "studio/ruleset.html", status, {}, policy=found, title=title_of(page.service, found),
        states=STATES, draft_states=DRAFTS, events=EVENTS,
        situations=[page.service.catalogue.situations[each] for each in found.situations], matters=page.service.catalogue.matters,
        history=list(_told(found.history)), bars=_bars(found), today=today, coming=list(_coming(found, today)),
        labels={each.hash: labels_of(page.service, each.hash) for each in found.versions if each.figures.causes},
        conclusions=CONCLUSIONS, effective=today.isoformat() if effective is None else effective, fault=fault,
    )  # fmt: skip


@router.get("/studio/{ruleset}/versions/{hash}")
def version(ruleset: str, hash: str, page: Here, to: Annotated[str | None, Query(max_length=80)] = None) -> Response:
    """The texts; with `to`, the difference to that other version."""
    policy = actions.policy_of(page.service, page.person, ruleset)
    text = actions.version_of(page.service, page.person, ruleset, hash)
    about = next((each for each in policy.versions if each.hash == hash), None)
    if about is None:
        raise Problem("unknown-version")
    other = actions.version_of(page.service, page.person, ruleset, to) if to else None
    difference = None if other is None else [
        (name, side_by_side(old or "", new or ""))
        for name, old, new in (("rules", text.text, other.text), ("cases", text.cases, other.cases))
    ]  # fmt: skip
    return page.show(
        "studio/version.html", policy=policy, title=title_of(page.service, policy), version=about, text=text, other=other,
        difference=difference, others=[each for each in policy.versions if each.hash != hash], to=to, states=STATES,
    )  # fmt: skip


def title_of(service: Service, policy: PolicySummary) -> str:
    """As it is called where it is in force, else by what was published last, else its id."""
    return policy.title or title_by_id(service, policy.ruleset)


def title_by_id(service: Service, ruleset: str) -> str:
    """The title of the latest version that there is; the id of one that was never published."""
    there = service.rulesets.current.by_id.get(ruleset, ())
    return there[-1].compiled.ruleset.title if there else ruleset


def labels_of(service: Service, hash_: str | None) -> Mapping[str, str]:
    """What causes of a review are called: conditions and grants by their labels, evidence by its title."""
    prepared = service.rulesets.by_hash(hash_)
    return {} if prepared is None else dict(_labels(prepared.compiled.ruleset))


def _labels(ruleset: Ruleset) -> Iterator[tuple[str, str]]:
    yield from ((each.id, each.label) for each in ruleset.conditions.values())
    yield from ((f"evidence.{each.name}", each.type.title) for each in ruleset.evidence.values())
    yield from ((f"grant.{each.id}", each.label) for each in ruleset.grant.values())


def _told(history: list[Event]) -> Iterator[Happened]:
    """Keeping one draft several times in a row is one entry."""
    def alike(each: Event) -> object:
        return (each.by, each.detail.get("effective")) if each.kind == "drafted" else each.at, each.kind

    for _, several in groupby(history, key=alike):
        events = list(several)
        yield Happened(events[0], len(events))


def _bars(policy: Policy) -> list[Bar]:
    decided = [each for each in reversed(policy.versions) if each.figures.decisions]
    return bars([(str(each.effective), each.figures) for each in decided])


def _coming(policy: Policy, today: date) -> Iterator[tuple[date, str]]:
    """What is published and has not begun: its day and hash."""
    for version in policy.versions:
        for each in version.since:
            if each.since > today and each.state != "withdrawn" and not each.shadow:
                yield each.since, version.hash


def day_fault(page: Page, written: str) -> str | None:
    """What is wrong with the day from which a version is to decide, marked."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return mark("请填写生效日期。")
    return mark("生效日期不能早于今天。") if day < day_of(page.service.now()) else None
