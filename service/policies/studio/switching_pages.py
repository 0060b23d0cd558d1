"""What is in force, stopped at once, resumed, taken back before it begins, or rolled back to; and what a shadow answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Response

from service.policies import actions
from service.policies.models import Policy, RollBack
from service.policies.studio.draft_pages import address
from service.policies.studio.reading_pages import day_fault, labels_of, title_of
from service.policies.studio.refusals import Refusal, refusal
from service.policies.studio.wording import CONCLUSIONS, OUTCOMES
from service.problems import Problem
from service.state import day_of
from service.web.assets import icon_named
from service.web.forms import Fields, Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
LONGEST_REASON = 4_000


@dataclass(frozen=True, slots=True)
class Switch:
    """What is asked before it is done. Texts are marked."""

    heading: str
    lead: str
    hint: str
    button: str
    icon_name: str
    tone: str = "primary"


STOP = Switch(
    mark("停用规则"), mark("从这一刻起，它的所有申请都转人工，规则的结论只作参考。随时可以恢复。"),
    mark("写明哪里不对，例如：月数写错。"), mark("立即停用"), icon_named("player-pause"), "danger",
)  # fmt: skip
RESUME = Switch(
    mark("恢复规则"), mark("从这一刻起，它重新当场决定。停用期间转人工的办件仍由审批人办理。"),
    mark("写明核实了什么，例如：已核实，没有写错。"), mark("立即恢复"), icon_named("player-play"),
)  # fmt: skip
WITHDRAW = Switch(
    mark("撤回未生效的版本"), mark("它还没有生效，撤回后这一天仍由原来的版本决定。"),
    mark("写明为什么撤回。"), mark("撤回这个版本"), icon_named("arrow-back-up"), "danger",
)  # fmt: skip
ROLL_BACK = Switch(
    mark("回退到这个版本"), mark("从生效日期起重新由它决定。回退也要由另一位政策编写人复核后发布；更急的，先停用。"),
    mark("写明为什么回退。"), mark("提交回退"), icon_named("history"),
)  # fmt: skip


@router.get("/studio/{ruleset}/stop")
def ask_to_stop(ruleset: str, page: Here) -> Response:
    return _asked(page, ruleset, STOP)


@router.post("/studio/{ruleset}/stop")
def stop(ruleset: str, page: Here, fields: Posted) -> Response:
    def done(reason: str) -> Response:
        actions.stop(page.service, page.person, ruleset, reason)
        return page.go(f"/studio/{ruleset}", mark("已停用，新的申请都转人工。"))

    return _answered(page, ruleset, STOP, fields, done)


@router.get("/studio/{ruleset}/resume")
def ask_to_resume(ruleset: str, page: Here) -> Response:
    return _asked(page, ruleset, RESUME)


@router.post("/studio/{ruleset}/resume")
def resume(ruleset: str, page: Here, fields: Posted) -> Response:
    def done(reason: str) -> Response:
        actions.resume(page.service, page.person, ruleset, reason)
        return page.go(f"/studio/{ruleset}", mark("已恢复，重新当场决定。"))

    return _answered(page, ruleset, RESUME, fields, done)


@router.get("/studio/{ruleset}/coming/{since}/withdraw")
def ask_to_withdraw(ruleset: str, since: date, page: Here) -> Response:
    return _asked(page, ruleset, WITHDRAW, since=since)


@router.post("/studio/{ruleset}/coming/{since}/withdraw")
def withdraw(ruleset: str, since: date, page: Here, fields: Posted) -> Response:
    def done(reason: str) -> Response:
        actions.withdraw(page.service, page.person, ruleset, since, reason)
        return page.go(f"/studio/{ruleset}", mark("已撤回。"))

    return _answered(page, ruleset, WITHDRAW, fields, done, since=since)


@router.get("/studio/{ruleset}/versions/{hash}/roll-back")
def ask_to_roll_back(ruleset: str, hash: str, page: Here) -> Response:
    return _asked(page, ruleset, ROLL_BACK, hash_=hash)


@router.post("/studio/{ruleset}/versions/{hash}/roll-back")
def roll_back(ruleset: str, hash: str, page: Here, fields: Posted) -> Response:
    def done(reason: str) -> Response:
        effective = date.fromisoformat(fields.get("effective"))
        actions.roll_back(page.service, page.person, ruleset, RollBack(hash=hash, effective=effective, reason=reason))
        return page.go(address(ruleset, effective, "review"), mark("已提交，由另一位政策编写人复核后发布。"))

    return _answered(page, ruleset, ROLL_BACK, fields, done, hash_=hash)


@router.get("/studio/{ruleset}/shadow")
def shadow(ruleset: str, page: Here) -> Response:
    return _shadow(page, ruleset)


@router.post("/studio/{ruleset}/shadow")
def end_shadow(ruleset: str, page: Here, fields: Posted) -> Response:
    if fields.get("step") != "end":
        return _shadow(page, ruleset)
    try:
        actions.end_shadow(page.service, page.person, ruleset)
    except Problem as problem:
        return _shadow(page, ruleset, refusal(problem, page.lang), problem.status_code)
    return page.go(f"/studio/{ruleset}", mark("影子运行已结束。"))


def _shadow(page: Page, ruleset: str, refused: Refusal | None = None, status: int = 200) -> Response:
    policy = actions.policy_of(page.service, page.person, ruleset)
    found = actions.shadow_of(page.service, page.person, ruleset)
    version = next((each for each in policy.versions if each.hash == found.hash), None)
    running = policy.shadow is not None
    return page.show(
        "studio/shadow.html", status, {}, policy=policy, title=title_of(page.service, policy), shadow=found, version=version,
        running=running, refused=refused, conclusions=CONCLUSIONS, outcomes=OUTCOMES,
        labels={**labels_of(page.service, policy.in_force), **labels_of(page.service, found.hash)},
        turns=[(*turn.split(" → "), count) for turn, count in found.turns.items()],
    )  # fmt: skip


def _answered(
    page: Page, ruleset: str, switch: Switch, fields: Fields, done: Callable[[str], Response], since: date | None = None,
    hash_: str | None = None,
) -> Response:  # fmt: skip
    if fields.get("step") == "edit":
        return _asked(page, ruleset, switch, fields, since=since, hash_=hash_)
    if _standing(page, actions.policy_of(page.service, page.person, ruleset), switch, since):
        return _asked(page, ruleset, switch, since=since, hash_=hash_, status=409)
    faults = _faults(page, switch, fields)
    if faults:
        return _asked(page, ruleset, switch, fields, faults, since=since, hash_=hash_, status=422)
    try:
        return done(fields.get("reason").strip())
    except Problem as problem:
        if switch is ROLL_BACK and problem.code == "draft-changed":  # there is one for that day
            under_way = address(ruleset, date.fromisoformat(fields.get("effective")))
            return _asked(page, ruleset, switch, fields, hash_=hash_, under_way=under_way, status=409)
        refused = refusal(problem, page.lang)
        return _asked(page, ruleset, switch, fields, since=since, hash_=hash_, refused=refused, status=problem.status_code)


def _asked(
    page: Page, ruleset: str, switch: Switch, fields: Fields | None = None, faults: Mapping[str, str] | None = None,
    since: date | None = None, hash_: str | None = None, refused: Refusal | None = None, under_way: str | None = None, status: int = 200,
) -> Response:  # fmt: skip
    """`under_way`: where the draft is that stands in the way of a roll-back."""
    policy = actions.policy_of(page.service, page.person, ruleset)
    version = next((each for each in policy.versions if each.hash == hash_), None)
    if hash_ is not None and version is None:
        raise Problem("unknown-version")
    fields, today = fields or Fields(()), day_of(page.service.now())
    return page.show(
        "studio/switch.html", status, {}, policy=policy, title=title_of(page.service, policy), switch=switch, faults=faults or {},
        reason=fields.get("reason").strip(), effective=fields.get("effective", today.isoformat()), under_way=under_way,
        standing=_standing(page, policy, switch, since), since=since, version=version, refused=refused, longest=LONGEST_REASON, today=today,
    )  # fmt: skip


def _standing(page: Page, policy: Policy, switch: Switch, since: date | None) -> str | None:
    """Why there is nothing to switch, marked; None where there is."""
    put = [each for version in policy.versions for each in version.since if each.state != "withdrawn" and not each.shadow]
    if switch in (STOP, RESUME):
        if not put:
            return mark("没有已发布的版本，没有可停用或恢复的。")
        if switch is STOP and all(each.state == "stopped" for each in put):
            return mark("规则已经停用。")
        if switch is RESUME and all(each.state == "active" for each in put):
            return mark("规则没有停用，不用恢复。")
    if switch is WITHDRAW:
        if since not in {each.since for each in put}:
            return mark("没有在这一天生效的版本，可能已经撤回。")
        if since <= day_of(page.service.now()):
            return mark("它已经生效，不能撤回。可以停用规则，或者回退到原来的版本。")
    return None


def _faults(page: Page, switch: Switch, fields: Fields) -> dict[str, str]:
    faults: dict[str, str] = {}
    if switch is ROLL_BACK and (fault := day_fault(page, fields.get("effective"))):
        faults["effective"] = fault
    reason = fields.get("reason").strip()
    if not reason or len(reason) > LONGEST_REASON:
        faults["reason"] = mark("请写明理由。") if not reason else mark("理由太长了，请不超过4000字。")
    return faults
