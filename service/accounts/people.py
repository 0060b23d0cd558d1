"""The demo people as the pages show them, each with what they are for."""

from __future__ import annotations

from dataclasses import dataclass

from service.demo import PEOPLE, PURPOSES


@dataclass(frozen=True, slots=True)
class Shown:
    """A demo person on the sign-in page. `purpose`: a marked text."""

    name: str
    number: str
    kind: str
    role: str
    purpose: str


def people() -> list[Shown]:
    """The demo people, applicants first, as they stand in `service.demo`."""
    shown = [Shown(each["name"], each["number"], each["kind"], each["role"], PURPOSES.get(each["number"], "")) for each in PEOPLE]
    return sorted(shown, key=lambda each: each.role != "applicant")
