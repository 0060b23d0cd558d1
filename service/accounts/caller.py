"""Who is calling, as the rest of the service knows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from service.access import ROLES, Act, Relation
from service.accounts.store import Account
from service.accounts.tables import AccountRow


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody may do for another. `department`, `situations`: in which matters; in all of them where neither is named."""

    acts: frozenset[Act]
    department: str | None = None
    situations: frozenset[str] = frozenset()

    def allows(self, act: Act) -> bool:
        """Who applies for somebody has to see what comes of it."""
        return act in self.acts or (act == "read" and "apply" in self.acts)

    def covers(self, situation: str, department: str) -> bool:
        if self.department is not None:
            return department == self.department
        return not self.situations or situation in self.situations

    @property
    def everything(self) -> bool:
        """Whether it is for all matters."""
        return self.department is None and not self.situations


@dataclass(frozen=True, slots=True)
class Acting:
    """That a person acts for another. `authorisation`: by what right, as it stands on a licence use: `mandate: <record>`, say."""

    person: Caller
    mandate: UUID
    kind: str
    authorisation: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose affairs a call is about: whoever is signed in, or whom they act for (`acting`).

    `number`: resident-id of a person, uscc of an organisation.

    `queues`: what an approver is skilled at, everything where there is none. `client`: the machine client that calls for them.
    `reach`: how far the table of access lets them go with what they are calling now; nowhere outside of a call.
    """

    id: int
    kind: str
    name: str
    number: str
    agent_number: str | None
    roles: frozenset[str] = frozenset({"applicant"})
    department: str | None = None
    queues: frozenset[str] = frozenset()
    client: str | None = None
    reach: frozenset[Relation] = field(default=frozenset(), compare=False)
    acting: Acting | None = None

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
    def actor(self) -> Caller:
        """Who is signed in: the record of what is done names them."""
        return self if self.acting is None else self.acting.person

    @property
    def person(self) -> str:
        """The identity number of the person who acts, whatever account they act by."""
        return self.actor.agent_number or self.actor.number

    @property
    def authorisation(self) -> str:
        """By what right the applicant's own evidence is asked for."""
        return "holder" if self.acting is None else self.acting.authorisation

    def covers(self, situation: str, department: str) -> bool:
        """Whether they may have to do with this; with one's own affairs one may."""
        return self.acting is None or self.acting.scope.covers(situation, department)

    def may_apply(self, situation: str, department: str) -> bool:
        """Whether whoever acts may apply for this in the caller's name."""
        return self.acting is None or (self.acting.scope.allows("apply") and self.covers(situation, department))

    @property
    def as_applicant(self) -> Mapping[str, str]:
        """The `applicant` of the facts."""
        agent = {"agent_number": self.person} if self.kind == "organisation" and self.person != self.number else {}
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
