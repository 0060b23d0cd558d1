"""What the header leads to. An entry shows where its page exists and is meant for whoever is looking."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI

from service.access import Act
from service.accounts.actions import Acting, Caller
from service.web.translation import mark


@dataclass(frozen=True, slots=True)
class Entry:
    """`roles`: whom it is for; empty for everybody. `signed_in`: only for who is. `act`: what a mandate has to allow of who acts for
    somebody; None for oneself alone.
    """

    path: str
    label: str
    icon: str
    signed_in: bool = False
    roles: frozenset[str] = frozenset()
    act: Act | None = None


_APPLICANT = frozenset({"applicant"})
ENTRIES = (
    Entry("/matters", mark("办事大厅"), icon="building-community"),
    Entry("/my/cases", mark("我的办件"), icon="folder", signed_in=True, roles=_APPLICANT, act="read"),
    Entry("/my/licences", mark("我的证照"), icon="id", signed_in=True, roles=_APPLICANT, act="receive"),
    Entry("/my/inbox", mark("消息"), icon="bell", signed_in=True, roles=_APPLICANT),
    Entry("/desk", mark("审批工作台"), icon="checklist", signed_in=True, roles=frozenset({"approver", "head"})),
    Entry("/studio", mark("规则工作室"), icon="scale", signed_in=True, roles=frozenset({"policy_writer"})),
)


def entries(app: FastAPI, caller: Caller | None) -> list[Entry]:
    """Those to show."""
    there: frozenset[str] = app.state.page_paths
    return [
        each for each in ENTRIES
        if each.path in there and (caller is not None or not each.signed_in)
        and (caller is None or not each.roles or not each.roles.isdisjoint(caller.roles))
        and (caller is None or caller.acting is None or not each.signed_in or _allowed(caller.acting, each))
    ]  # fmt: skip


def _allowed(acting: Acting, entry: Entry) -> bool:
    return entry.act is not None and acting.scope.allows(entry.act)
