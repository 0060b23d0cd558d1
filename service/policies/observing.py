"""What comes of rulesets: figures of what they concluded, and what a shadow answers beside them.

Both are made after the decision has been kept, as work, from its receipt: the applicant does not wait for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

import orjson
from sqlmodel import Session, SQLModel

from engine.language.json_values import as_json
from service.accounts.actions import Caller
from service.cases import actions as on_cases
from service.policies import store
from service.policies.beside import REFUSED, answer_beside, concluded, differing, outcomes_of
from service.policies.drafts import hold_to_id, hold_to_writer
from service.policies.models import Cause, Figures, Shadow, Witness
from service.policies.tables import OutcomeRow, ShadowRow
from service.rulesets import Prepared
from service.state import Service
from service.work.actions import Work

LEAST = 10
"""Counts below it are not told to the public."""
_WITNESSES = 50


def observe(service: Service, work: Work) -> None:
    """Counts the decision that a case was submitted with, and lets the shadows answer beside it."""
    if work.detail.get("kind") != "submitted":
        return
    with service.database.reading() as session:
        body = on_cases.first_receipt(session, work.subject)
        seen = store.outcome(session, work.subject) is not None
    receipt = None if body is None else orjson.loads(body)
    if seen or receipt is None or receipt.get("ruleset_hash") is None:
        return
    now = service.now()
    ruleset = receipt["ruleset"].split("/")[0]
    rows: list[SQLModel] = [OutcomeRow(
        case_number=work.subject, ruleset=ruleset, hash=receipt["ruleset_hash"], conclusion=receipt["conclusion"],
        causes=orjson.dumps(receipt["causes"]).decode(), at=now,
    )]  # fmt: skip
    for shadow in service.rulesets.current.shadows.get(ruleset, ()):
        rows.append(_beside(service, shadow, work.subject, receipt))
    service.database.write(partial(_keep, number=work.subject, rows=rows))


def _keep(session: Session, number: str, rows: Sequence[SQLModel]) -> None:
    if store.outcome(session, number) is None:  # told twice
        session.add_all(rows)


def _beside(service: Service, shadow: Prepared, number: str, receipt: Mapping[str, object]) -> ShadowRow:
    ruleset = shadow.compiled.ruleset
    decision = answer_beside(shadow, receipt)
    decided = concluded(receipt)
    row = ShadowRow(
        case_number=number, hash=ruleset.hash, ruleset=ruleset.id, decided=decided, answered=REFUSED, same=False, at=service.now()
    )
    if decision is not None:
        grant = {name: as_json(value, ruleset.grant[name].type) for name, value in decision.grant.items()}
        row.answered = decision.conclusion
        row.differing = orjson.dumps(differing(outcomes_of(receipt), decision)).decode()
        row.same = decision.conclusion == decided and grant == (receipt["grant"] or grant)
    return row


def figures_of(session: Session, ruleset: str | None = None, public: bool = False) -> Mapping[str, Figures]:
    """By hash. `public`: without the counts that are below `LEAST`."""
    decisions: Counter[str] = Counter()
    instant: Counter[str] = Counter()
    causes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for hash_, conclusion, because, count in store.outcomes(session, ruleset):
        decisions[hash_] += count
        if conclusion != "review":
            instant[hash_] += count
        for cause in orjson.loads(because):
            causes[hash_][cause] += count
    return {hash_: _figures(count, instant[hash_], causes[hash_], public) for hash_, count in decisions.items()}


def _figures(decisions: int, instant: int, causes: Counter[str], public: bool) -> Figures:
    least = LEAST if public else 1
    if decisions < least:
        return Figures()
    told = [Cause(cause=cause, count=count) for cause, count in causes.most_common() if count >= least]
    if public and (instant < least or decisions - instant < least):
        return Figures(decisions=decisions, causes=told)
    return Figures(decisions=decisions, instant=instant, instant_rate=round(instant / decisions, 4), causes=told)


def joined(figures: Sequence[Figures]) -> Figures:
    """Of several versions together."""
    causes: Counter[str] = Counter()
    for each in figures:
        causes.update({cause.cause: cause.count for cause in each.causes})
    return _figures(sum(each.decisions for each in figures), sum(each.instant for each in figures), causes, False)


def shadow_of(service: Service, caller: Caller, ruleset: str) -> Shadow:
    """What the shadow that runs, or the last that did, answered beside what was decided. Raises `Problem`."""
    hold_to_writer(caller)
    hold_to_id(ruleset)
    with service.database.reading() as session:
        runs = [each for each in store.activations(session, ruleset, withdrawn=True) if each.shadow]
        if not runs:
            return Shadow(hash=None, since=None, compared=0, same=0, turns={}, by_condition={}, cases=[])
        last = max(runs, key=lambda each: (each.state != "withdrawn", each.changed_at))
        counts = store.shadow_counts(session, last.hash)
        rows = store.shadow_differing(session, last.hash)
    turns = Counter({f"{decided} → {answered}": count for decided, answered, same, count in counts if decided != answered})
    conditions = Counter(name for each in rows for name in orjson.loads(each.differing))
    return Shadow(
        hash=last.hash, since=last.since, compared=sum(each[3] for each in counts),
        same=sum(each[3] for each in counts if each[2]), turns=dict(turns.most_common()),
        by_condition=dict(conditions.most_common()),
        cases=[
            Witness(case=each.case_number, decided=each.decided, answered=each.answered, conditions=orjson.loads(each.differing))
            for each in rows[:_WITNESSES]
        ],
    )  # fmt: skip
