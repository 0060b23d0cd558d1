"""What was refused, in words: what is wrong, who was quicker, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.policies.studio.wording import ADVICE
from service.problems import Language, Problem


@dataclass(frozen=True, slots=True)
class Refusal:
    """`advice`: a marked text. `by`, `at`, `version`: of the change that came between, where one did."""

    code: str
    title: str
    advice: str
    by: str | None = None
    at: datetime | None = None
    version: int | None = None


def refusal(problem: Problem, lang: Language) -> Refusal:
    """Raises the problem again where pages do not know what to say about it."""
    if problem.code not in ADVICE:
        raise problem
    document = problem.document(lang)
    at = document.get("at")
    return Refusal(
        problem.code, document.get("detail") or document["title"], ADVICE[problem.code], by=document.get("by"),
        at=datetime.fromisoformat(at) if at else None, version=document.get("version"),
    )  # fmt: skip
