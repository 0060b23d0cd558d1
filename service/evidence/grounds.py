"""Whose evidence may be fetched for an application, and by what right. A form alone never opens another person's data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.decision.evidence import Judgement
from engine.ruleset.model import Evidence

HOUSEHOLD_REGISTER = "household-register"
Standing = Callable[[str, str], str | None]
"""The reference of the record that proves a `mandate` or `guardian` (first argument) for a person (second), or None."""


def households(evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """The names of the applicant's own household registers, which have to be settled before a household is proved."""
    return tuple(
        each.name for each in evidence
        if each.type.id == HOUSEHOLD_REGISTER and each.of is None and each.for_each is None and not each.all
    )  # fmt: skip


def authorisation(
    evidence: Evidence, subject: str, applicant: str | None, registers: Mapping[str, Judgement], standing: Standing,
    own: str = "holder",
) -> str | None:  # fmt: skip
    """By what right the evidence is fetched: `own` for the applicant's, `duty: <clause>`, `household: <evidence>`,
    `guardian: <record>`, `mandate: <record>`; None where none is proved. `registers`: settled household registers of the applicant.
    """
    if subject == applicant:
        return own
    ground = evidence.ground or ""
    if ground.startswith("duty"):
        return ground
    if ground == "household":
        found = (name for name, judged in registers.items() if judged.usable and subject in _listed(name, judged.attributes))
        return next((f"household: {name}" for name in found), None)
    reference = standing(ground, subject) if ground in ("guardian", "mandate") else None
    return None if reference is None else f"{ground}: {reference}"


def _listed(name: str, attributes: Mapping[str, Any]) -> set[str | None]:
    """Who a household register lists: its head and its members."""
    return {attributes.get(f"{name}.head_number"), *(attributes.get(f"{name}.members") or ())} - {None}
