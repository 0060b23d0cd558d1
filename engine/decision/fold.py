"""What the outcomes of a ruleset add up to, in ordinary Python: what the inference engine must agree with.

Nothing here knows durable-rules, and the rules it is given are made from none of this. The order is that of `fired` in
`docs/meaning.md`, "Outcomes and conclusion".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["approve", "reject", "review"]


@dataclass(frozen=True, slots=True)
class Demand:
    """Required evidence or a counting condition; `rejects` if it says `otherwise: reject`."""

    name: str
    rejects: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a ruleset can conclude; every tuple is in file order.

    Raises ValueError if it demands nothing: there must be something that approval rests on.
    """

    evidence: tuple[Demand, ...]  # required, or required under a condition
    conditions: tuple[Demand, ...]  # those that count
    grants: tuple[str, ...]
    reviews: tuple[str, ...]  # written review rules

    def __post_init__(self) -> None:
        if not self.evidence and not self.conditions:
            raise ValueError("a plan without evidence and conditions would approve everything")

    def __len__(self) -> int:
        """How many symbols a decision has."""
        return len(self.evidence) + len(self.conditions) + len(self.grants) + len(self.reviews)


class Conclusion(NamedTuple):
    """`fired` is the rule that concluded: `approve`, `reject:aged`, `review:evidence.hukou`, `review:grant.amount`."""

    kind: Kind
    fired: str


def fold(plan: Plan, symbols: str) -> Conclusion:
    """Conclude from one letter for each of the plan's evidence, conditions, grants and written reviews, in this order.

    Evidence and conditions: `p` pass (or committed, or not required), `f` fail, `u` unknown. Grants: `p` known,
    `u` unknown; evidence also `d`, failed where it would reject, but may turn out not to be required. Written reviews:
    `t` holds, `f` does not, `u` may hold.
    Raises ValueError for any other letter or length.
    """
    conditions_from = len(plan.evidence)
    grants_from = conditions_from + len(plan.conditions)
    reviews_from = grants_from + len(plan.grants)
    grants, reviews = symbols[grants_from:reviews_from], symbols[reviews_from:]
    evidence, conditions = symbols[:conditions_from], symbols[conditions_from:grants_from]
    foreign = evidence.strip("pfdu") or conditions.strip("pfu") or grants.strip("pu") or reviews.strip("tfu")
    if foreign or len(symbols) != len(plan):
        raise ValueError(f"not the symbols of this plan: {symbols!r}")

    for held in "tu":
        if held in reviews:
            return Conclusion("review", f"review:{plan.reviews[reviews.index(held)]}")
    if "f" in evidence:
        for demand, symbol in zip(plan.evidence, evidence, strict=True):
            if symbol == "f" and demand.rejects:
                return Conclusion("reject", f"reject:evidence.{demand.name}")
    if "f" in conditions:
        for demand, symbol in zip(plan.conditions, conditions, strict=True):
            if symbol == "f" and demand.rejects:
                return Conclusion("reject", f"reject:{demand.name}")
    evidence = evidence.replace("d", "f")
    for short in "fu":
        if short in conditions:
            return Conclusion("review", f"review:{plan.conditions[conditions.index(short)].name}")
        if short in evidence:
            return Conclusion("review", f"review:evidence.{plan.evidence[evidence.index(short)].name}")
    if "u" in grants:
        return Conclusion("review", f"review:grant.{plan.grants[grants.index('u')]}")
    return Conclusion("approve", "approve")
