"""What an approver says of a case, and the same as it is kept until a second person has confirmed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import orjson

from engine.decision.strict_json import canonical, jsonable
from service.cases.coming_to import Findings, JudgedCondition
from service.cases.settled import SettledFact


@dataclass(frozen=True, slots=True)
class Word:
    """What an approver says. `clause`: what a refusal rests on where no ruleset says it."""

    conclusion: Literal["approve", "reject"]
    reason: str
    findings: Findings = field(default_factory=Findings)
    clause: str | None = None


def word_as_json(word: Word, grant: Mapping[str, Any]) -> str:
    """With the grant that the ruleset comes to, for whoever looks at it."""
    settled = [{**asdict(each), "value": jsonable(each.value)} for each in word.findings.settled]
    judged = [asdict(each) for each in word.findings.judged]
    said = {"conclusion": word.conclusion, "reason": word.reason, "clause": word.clause, "settled": settled, "judged": judged}
    return canonical({**said, "grant": grant}).decode()


def word_from_json(text: str) -> Word:
    said = orjson.loads(text)
    settled = [SettledFact(**each) for each in said["settled"]]
    judged = [JudgedCondition(**each) for each in said["judged"]]
    return Word(said["conclusion"], said["reason"], Findings(settled, judged), said["clause"])
