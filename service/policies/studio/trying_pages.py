"""A draft tried on one application: made up from one of its cases, or past. Each condition lights up beside its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from engine.assurance.cases import Case
from engine.decision.explanation import granted
from engine.decision.problems import InvalidFacts
from engine.ruleset.findings import Refused
from engine.ruleset.model import Ruleset
from service.cases.drawing import faults_of, told, with_row, without_row
from service.policies import actions
from service.policies.drafts import proposed_texts
from service.policies.models import Checked, Draft, DraftGiven, Trial, Tried
from service.policies.proving import Proposal, cases_in, look_at, ruleset_in, run
from service.policies.studio.draft_pages import about, address, files_of, given_by, version_seen
from service.policies.studio.lighting import lit, lit_lines
from service.policies.studio.names import called
from service.policies.studio.refusals import Refusal, refusal
from service.policies.studio.tried_facts import STATES, Facts
from service.policies.studio.wording import CONCLUSIONS, OUTCOMES
from service.policies.studio.written_cases import with_case, with_expected
from service.policies.trying import try_proposed
from service.problems import Language, Problem
from service.state import day_of
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
_LONGEST_NAME, _LONGEST_NUMBER = 200, 40


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try. `gaps`: what the form is refused for, by the path of the field. `readable`: whether the texts have no error."""

    readable: bool = True
    tried: Tried | None = None
    gaps: Sequence[Any] = ()
    refused: Refusal | None = None
    ruleset: Ruleset | None = None

    def faults(self, lang: Language) -> list[str]:
        """What the form is refused for, in the words that stand beside its fields."""
        return [told(each, lang) for each in self.gaps]

    def granted(self, lang: Language) -> list[tuple[str, str]]:
        """Labels and values of what would be granted."""
        grant = self.tried.proposed_grant if self.tried else {}
        return [granted(name, value, self.ruleset, lang) for name, value in grant.items() if value is not None]


@router.get("/studio/{ruleset}/drafts/{effective}/try")
def questions(ruleset: str, effective: date, page: Here, case: Annotated[str, Query(max_length=400)] = "") -> Response:
    return _page(page, actions.draft_of(page.service, page.person, ruleset, effective), Fields((("case", case),)), begun=True)


@router.post("/studio/{ruleset}/drafts/{effective}/try")
def tried(ruleset: str, effective: date, page: Here, fields: Posted) -> Response:
    """`step`: `try`; `load`, begin anew with another case; `past`; `quick`, the editor's, on a case as it is, with texts that
    nobody has kept; `save`, keep it as a case; `add:<list>` and `remove:<row>`.
    """
    draft = actions.draft_of(page.service, page.person, ruleset, effective)
    step, _, what = fields.get("step").partition(":")
    if step == "quick":
        return _quick(page, draft, fields)
    if step in ("add", "remove"):
        return _page(page, draft, with_row(fields, what) if step == "add" else without_row(fields, what))
    if step == "save":
        return _save(page, draft, fields)
    return _page(page, draft, fields, begun=step == "load", past=step == "past")


def _quick(page: Page, draft: Draft, fields: Fields) -> Response:
    given = given_by(fields)
    proposed = proposed_texts(page.service, page.person, draft.ruleset, draft.effective, given)
    number, cases = fields.get("number").strip(), cases_in(proposed)
    case = next((each for each in cases if each.name == fields.get("case")), cases[0] if cases else None)
    trial = _past(number) if number else Trial(facts=dict(case.facts), on=case.on) if case else None
    outcome = _outcome(page, proposed, trial) if trial else Outcome(readable=_is_right(page, proposed))
    found = lit(given.text, outcome.tried.reasons) if outcome.tried else []
    return page.show("studio/_outcomes.html", outcome=outcome, lit=found, **_said(page, outcome), **about(page, draft))


def _page(
    page: Page, draft: Draft, fields: Fields, begun: bool = False, past: bool = False, refused: Refusal | None = None, status: int = 200
) -> Response:
    if draft.state == "published":
        return page.go(f"/studio/{draft.ruleset}")
    proposed = proposed_texts(page.service, page.person, draft.ruleset, draft.effective, DraftGiven(text=draft.text, cases=draft.cases))
    looked = look_at(proposed, page.service.catalogue, page.service.rulesets.current)
    if not looked.right:
        checked = actions.check_draft(page.service, page.person, draft.ruleset, draft.effective, page.lang)
        return _unreadable(page, draft, checked)
    cases = cases_in(proposed)
    base = next((each for each in cases if each.name == fields.get("case")), cases[0] if cases else None)
    facts = Facts(looked.checked[-1][1].ruleset, base)
    if begun:
        fields = Fields((*facts.first().pairs, ("case", base.name if base else "")))
    day = _day(fields, base, page, draft)
    trial = _past(fields.get("number").strip()) if past else Trial(facts=facts.read(fields, day), on=day)
    outcome = _outcome(page, proposed, trial)
    found = lit(draft.text, outcome.tried.reasons) if outcome.tried else []
    faults = faults_of(outcome.gaps, page.lang)
    return page.show(
        "studio/try.html", status, {}, cases=cases, fields=fields, day=day, form=facts.draw_form(fields, faults),
        evidence=list(facts.draw_evidence(fields, faults)), evidence_states=STATES, outcome=outcome, lit=found,
        lines=lit_lines(draft.text, found), refused=refused, past=past,
        version=draft.version if refused else version_seen(fields) or draft.version, longest=_LONGEST_NAME,
        **_said(page, outcome), **about(page, draft),
    )  # fmt: skip


def _unreadable(page: Page, draft: Draft, checked: Checked) -> Response:
    return page.show("studio/unreadable.html", checked=checked, files=files_of(draft), **about(page, draft))


def _said(page: Page, outcome: Outcome) -> dict[str, Any]:
    names = called(outcome.ruleset, page.lang) if outcome.ruleset else {}
    return {"conclusions": CONCLUSIONS, "outcomes": OUTCOMES, "gaps": outcome.faults(page.lang),
            "granted": outcome.granted(page.lang), "called": names, "standings": {"valid": STATES["usable"], **STATES}}  # fmt: skip


def _past(number: str) -> Trial:
    """No case has a number that is longer than any."""
    return Trial(case=number if len(number) <= _LONGEST_NUMBER else "")


def _outcome(page: Page, proposed: Proposal, trial: Trial) -> Outcome:
    try:
        tried = try_proposed(page.service, page.person, proposed, trial, page.lang)
        return Outcome(tried=tried, ruleset=ruleset_in(proposed))
    except InvalidFacts as invalid:
        return Outcome(gaps=invalid.gaps)
    except Problem as problem:
        if problem.code == "policy-refused":
            return Outcome(readable=False)
        return Outcome(refused=refusal(problem, page.lang))


def _is_right(page: Page, proposed: Proposal) -> bool:
    return look_at(proposed, page.service.catalogue, page.service.rulesets.current).right


def _day(fields: Fields, base: Case | None, page: Page, draft: Draft) -> date:
    try:
        return date.fromisoformat(fields.get("on"))
    except ValueError:
        return base.on if base else max(draft.effective, day_of(page.service.now()))


def _save(page: Page, draft: Draft, fields: Fields) -> Response:
    """Adds what was tried to the cases, expecting what came out, and runs them all."""
    proposed = proposed_texts(page.service, page.person, draft.ruleset, draft.effective, DraftGiven(text=draft.text, cases=draft.cases))
    looked = look_at(proposed, page.service.catalogue, page.service.rulesets.current)
    if not looked.right:
        return _page(page, draft, fields)
    ruleset, cases = looked.checked[-1][1].ruleset, cases_in(proposed)
    name = fields.get("name").strip()[:_LONGEST_NAME]
    if not name or any(each.name.partition(" [")[0] == name for each in cases):
        problem = Problem("invalid-request", detail=("请给用例起一个没有用过的名称", "Give the case a name that no other has"))
        return _page(page, draft, fields, refused=refusal(problem, page.lang), status=422)
    facts = Facts(ruleset, next((each for each in cases if each.name == fields.get("case")), None))
    day = _day(fields, facts.base, page, draft)
    base = facts.base.name if facts.base and "[" not in facts.base.name else None
    own = (facts if base else Facts(ruleset, None)).as_case(facts.read(fields, day), day)
    text = _expecting(page, draft, with_case(draft.cases, name, base, own, {"conclusion": "review"}), name)
    try:
        given = DraftGiven(text=draft.text, cases=text)
        actions.keep_draft(page.service, page.person, draft.ruleset, draft.effective, version_seen(fields), given)
        actions.begin(page.service, page.person, draft.ruleset, draft.effective, page.lang)
    except Problem as problem:
        return _page(page, draft, fields, refused=refusal(problem, page.lang), status=problem.status_code)
    return page.go(address(draft.ruleset, draft.effective, "cases"), mark("已存为用例，正在运行。"))


def _expecting(page: Page, draft: Draft, cases: str, name: str) -> str:
    """The cases with the new one expecting what comes out of it."""
    given = DraftGiven(text=draft.text, cases=cases)
    proposed = proposed_texts(page.service, page.person, draft.ruleset, draft.effective, given)
    try:
        result = next((each for each in run(proposed).cases if each.name == name), None)
    except Refused:  # the editor says what is wrong with it
        return cases
    looked = look_at(proposed, page.service.catalogue, page.service.rulesets.current)
    found = with_expected(cases, name, result.got, looked.checked[-1][1].ruleset) if result else None
    return found or cases
