"""Cases that have something in common: a bank account, a person, a household. Found by marks, kept when a case comes or changes.

A mark is a value that identifies somebody or something; it is encrypted, and looked up by its blind index.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from engine.language.texts import fold_identifier
from service.accounts.actions import Caller
from service.cases import actions as cases
from service.review import store
from service.review.tables import CaseMarkRow
from service.state import Service
from service.work.actions import Work

_IDENTIFYING = re.compile(r"[0-9A-Z-]{8,32}")
_DIGITS = 8
_MOST_MARKS = 300
_CHANGING = ("submitted", "supplemented", "source-returned")


def mark(service: Service, work: Work) -> None:
    """Keeps the marks of a case that has just come or changed; bears being told twice."""
    if work.detail.get("kind") not in _CHANGING:
        return
    with service.database.reading() as session:
        found = sorted(set(marks(cases.facts_of(session, work.subject))))[:_MOST_MARKS]

    def keep(session: Session) -> None:
        store.remove_marks(session, work.subject)
        session.add_all(CaseMarkRow(case_number=work.subject, sequence=place, kind=kind, mark=value)
                        for place, (kind, value) in enumerate(found, 1))  # fmt: skip

    service.database.write(keep)


def marks(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Of the applicant, of the household that the evidence lists, and whatever identifies something in the form."""
    applicant = facts.get("applicant") or {}
    for name in ("number", "agent_number"):
        if applicant.get(name):
            yield "applicant", fold_identifier(applicant[name])
    for answer in (facts.get("evidence") or {}).values():
        for each in answer if isinstance(answer, list) else [answer]:
            if isinstance(each, dict):
                listed = [each.get("head_number"), *(each.get("members") or ())]
                yield from (("household", fold_identifier(one)) for one in listed if isinstance(one, str))
    for path, text in _texts("", facts.get("form") or {}):
        value = fold_identifier(text)
        if _IDENTIFYING.fullmatch(value) and sum(each.isdigit() for each in value) >= _DIGITS and not _is_day(value):
            yield f"form.{path}", value


def related(service: Service, caller: Caller, session: Session, number: str) -> list[dict[str, Any]]:
    """Other applicants' cases with a mark in common that the caller may see, each with what it is."""
    own = store.marks_of(session, number)
    found: dict[str, set[str]] = {}
    for mine in own:
        for theirs in store.marked(session, mine.mark, number):
            if not mine.kind == theirs.kind == "applicant":  # the applicant's own are their history
                shared = {mine.kind, theirs.kind} - {"applicant"}
                found.setdefault(theirs.case_number, set()).update(shared)
    rows = cases.seen_beside(session, caller, found.keys(), service.now())
    same = next((each.account_id for each in cases.seen_beside(session, caller, {number}, service.now())), None)
    return [
        {**each.model_dump(include={"number", "situation", "status", "received_at"}), "title": service.title(each.situation),
         "shared": sorted(found[each.number])}
        for each in rows if each.account_id != same
    ]  # fmt: skip


def _texts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every text of a form with its path, places in lists left out."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(f"{path}.{name}" if path else name, each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(path, each)


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
