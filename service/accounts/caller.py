"""Who is calling, as the rest of the service knows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from service.access import ROLES, Relation
from service.accounts.store import Account
from service.accounts.tables import AccountRow


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever is signed in. `number`: resident-id of a person, uscc of an organisation.

    `queues`: what an approver is skilled at, everything where there is none. `reach`: how far the table of access lets them go with
    what they are calling now; nowhere outside of a call.
    """

    id: int
    kind: str
    name: str
    number: str
    agent_number: str | None
    roles: frozenset[str] = frozenset({"applicant"})
    department: str | None = None
    queues: frozenset[str] = frozenset()
    reach: frozenset[Relation] = field(default=frozenset(), compare=False)

    @property
    def role(self) -> str:
        """The one that says most about what they are here for."""
        return main_role(self.roles)

    @property
    def decides(self) -> bool:
        """Whether they decide what the rules did not."""
        return not self.roles.isdisjoint(("approver", "head"))

    @property
    def writes_policies(self) -> bool:
        return "policy_writer" in self.roles

    @property
    def person(self) -> str:
        """The identity number of the person who acts, whatever account they act by."""
        return self.agent_number or self.number

    @property
    def as_applicant(self) -> Mapping[str, str]:
        """The `applicant` of the facts."""
        agent = {"agent_number": self.agent_number} if self.agent_number else {}
        return {"kind": self.kind, "name": self.name, "number": self.number, **agent}


def main_role(roles: Collection[str]) -> str:
    """What somebody with these roles is called: as the staff they are, if they are."""
    return next((each for each in reversed(ROLES) if each in roles), "applicant")


def caller_for(account: AccountRow | Account) -> Caller:
    assert account.id is not None
    return Caller(
        account.id, account.kind, account.name, account.number, account.agent_number, frozenset(account.roles.split()),
        account.department, frozenset(account.queues.split()),
    )  # fmt: skip
