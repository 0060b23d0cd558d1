"""The demo people as the pages show them, each with what they are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.accounts.actions import main_role
from service.demo import PEOPLE, PURPOSES
from service.state import Service
from service.web.assets import icon_named
from service.web.translation import mark

CALLED: Mapping[str, str] = {
    "applicant": mark("申请人"), "approver": mark("审批人"), "head": mark("负责人"), "policy_writer": mark("政策编写人"),
    "auditor": mark("审计员"), "operator": mark("运行维护员"), "administrator": mark("管理员"),
}  # fmt: skip
"""What each role is called."""
ICONS: Mapping[str, str] = {
    "applicant": icon_named("user"), "approver": icon_named("checklist"), "head": icon_named("checklist"),
    "policy_writer": icon_named("scale"), "auditor": icon_named("shield-check"), "operator": icon_named("tool"),
    "administrator": icon_named("settings"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A demo person on the sign-in page. `called`, `purpose`: marked texts."""

    name: str
    number: str
    kind: str
    role: str
    purpose: str

    @property
    def called(self) -> str:
        return mark("单位") if self.kind == "organisation" else CALLED[self.role]

    @property
    def icon(self) -> str:
        return icon_named("building-store") if self.kind == "organisation" else ICONS[self.role]


def people(service: Service) -> list[Shown]:
    """The demo people, applicants first, as they stand in `service.demo`; nobody where there are none."""
    if not service.made_up:
        return []
    shown = [_shown(each) for each in PEOPLE if each.get("made_up", True)]
    return sorted(shown, key=lambda each: each.role != "applicant")


def _shown(person: Mapping[str, Any]) -> Shown:
    number = person["number"]
    return Shown(person["name"], number, person["kind"], main_role(person["roles"].split()), PURPOSES.get(number, ""))
