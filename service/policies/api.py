"""Policies over HTTP. A draft's version is its `ETag` (RFC 9110); what changes a draft names it in `If-Match`."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from service.policies import actions
from service.policies.models import (
    Checked,
    Draft,
    DraftGiven,
    Job,
    Policy,
    PolicyList,
    Publication,
    Remark,
    Review,
    RollBack,
    Shadow,
    Stopping,
    Submission,
    Trial,
    Tried,
    VersionText,
)
from service.problems import Language, Problem, language
from service.requests import StrictRoute
from service.state import BASE, Running, SignedIn

router = APIRouter(prefix="/policies", tags=["policies"], route_class=StrictRoute)


def _lang(request: Request) -> Language:
    return language(request.headers.get("accept-language"))


def _version(if_match: Annotated[str | None, Header(description='the draft\'s version that was seen, `"3"`')] = None) -> int | None:
    if if_match is None:
        return None
    found = re.fullmatch(r'\s*"?([0-9]{1,9})"?\s*', if_match)
    if found is None:
        raise Problem("version-missing")
    return int(found[1])


Lang = Annotated[Language, Depends(_lang)]
Seen = Annotated[int | None, Depends(_version)]


@router.get("")
def policies(service: Running, caller: SignedIn) -> PolicyList:
    """Every ruleset with its state and figures."""
    return actions.policies_of(service, caller)


@router.get("/jobs/{id}")
def job(id: UUID, service: Running, caller: SignedIn, lang: Lang) -> Job:
    """Cases being run, with progress."""
    return actions.job_of(service, caller, id, lang)


@router.get("/{ruleset}")
def policy(ruleset: str, service: Running, caller: SignedIn) -> Policy:
    """Its versions and history, the newest first."""
    return actions.policy_of(service, caller, ruleset)


@router.get("/{ruleset}/versions/{hash}")
def version(ruleset: str, hash: str, service: Running, caller: SignedIn) -> VersionText:
    """The texts of any version that was ever published."""
    return actions.version_of(service, caller, ruleset, hash)


@router.get("/{ruleset}/drafts/{effective}")
def draft(ruleset: str, effective: date, response: Response, service: Running, caller: SignedIn) -> Draft:
    return _tagged(response, actions.draft_of(service, caller, ruleset, effective))


@router.put("/{ruleset}/drafts/{effective}")
def keep(
    ruleset: str, effective: date, body: DraftGiven, response: Response, service: Running, caller: SignedIn, seen: Seen
) -> Draft:
    """Keeps the texts, right or wrong; without `If-Match` for a draft that is new."""
    return _tagged(response, actions.keep_draft(service, caller, ruleset, effective, seen, body))


@router.post("/{ruleset}/drafts/{effective}/begin")
def begin(ruleset: str, effective: date, response: Response, service: Running, caller: SignedIn) -> Draft:
    """A draft from what would decide on that day; its cases are dated by it where they were dated before."""
    return _tagged(response, actions.begin_draft(service, caller, ruleset, effective))


@router.post("/{ruleset}/drafts/{effective}/check")
def check(ruleset: str, effective: date, service: Running, caller: SignedIn, lang: Lang) -> Checked:
    """Every finding of the ruleset, its cases and the catalogue."""
    return actions.check_draft(service, caller, ruleset, effective, lang)


@router.post("/{ruleset}/drafts/{effective}/test", status_code=202)
def test(ruleset: str, effective: date, response: Response, service: Running, caller: SignedIn, lang: Lang) -> Job:
    """Begins to run the cases, with coverage; `Location` is where to watch."""
    found = actions.begin(service, caller, ruleset, effective, lang)
    response.headers["Location"] = f"{BASE}/policies/jobs/{found.id}"
    return found


@router.post("/{ruleset}/drafts/{effective}/try")
def try_(ruleset: str, effective: date, body: Trial, service: Running, caller: SignedIn, lang: Lang) -> Tried:
    """One application, made up or past."""
    return actions.try_draft(service, caller, ruleset, effective, body, lang)


@router.post("/{ruleset}/drafts/{effective}/submit")
def submit(
    ruleset: str, effective: date, body: Submission, response: Response, service: Running, caller: SignedIn, seen: Seen, lang: Lang
) -> Draft:
    return _tagged(response, actions.submit(service, caller, ruleset, effective, seen, body.reason, lang))


@router.get("/{ruleset}/drafts/{effective}/review")
def review(ruleset: str, effective: date, service: Running, caller: SignedIn, lang: Lang) -> Review:
    """What it changes, line by line and entry by entry."""
    return actions.review_of(service, caller, ruleset, effective, lang)


@router.post("/{ruleset}/drafts/{effective}/publish")
def publish(
    ruleset: str, effective: date, body: Publication, response: Response, service: Running, caller: SignedIn, seen: Seen
) -> Draft:
    """By somebody who had no hand in it."""
    return _tagged(response, actions.publish(service, caller, ruleset, effective, seen, body))


@router.post("/{ruleset}/drafts/{effective}/send-back")
def send_back(
    ruleset: str, effective: date, body: Remark, response: Response, service: Running, caller: SignedIn, seen: Seen
) -> Draft:
    """To its writers, with what is to be changed."""
    return _tagged(response, actions.send_back(service, caller, ruleset, effective, seen, body.remark))


@router.post("/{ruleset}/stop", status_code=204)
def stop(ruleset: str, body: Stopping, service: Running, caller: SignedIn) -> None:
    """At once; its applications go to people."""
    actions.stop(service, caller, ruleset, body.reason)


@router.post("/{ruleset}/resume", status_code=204)
def resume(ruleset: str, body: Stopping, service: Running, caller: SignedIn) -> None:
    actions.resume(service, caller, ruleset, body.reason)


@router.post("/{ruleset}/roll-back")
def roll_back(ruleset: str, body: RollBack, response: Response, service: Running, caller: SignedIn) -> Draft:
    """Asks that an older version decide again; a second person publishes the draft that this answers."""
    return _tagged(response, actions.roll_back(service, caller, ruleset, body))


@router.post("/{ruleset}/coming/{since}/withdraw", status_code=204)
def withdraw(ruleset: str, since: date, body: Stopping, service: Running, caller: SignedIn) -> None:
    """Takes back what is published but has not begun yet."""
    actions.withdraw(service, caller, ruleset, since, body.reason)


@router.get("/{ruleset}/shadow")
def shadow(ruleset: str, service: Running, caller: SignedIn) -> Shadow:
    """What a new version answers beside the one in force."""
    return actions.shadow_of(service, caller, ruleset)


@router.delete("/{ruleset}/shadow", status_code=204)
def end_shadow(ruleset: str, service: Running, caller: SignedIn) -> None:
    actions.end_shadow(service, caller, ruleset)


def _tagged(response: Response, found: Draft) -> Draft:
    response.headers["ETag"] = f'"{found.version}"'
    return found
