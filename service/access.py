"""Who may do what: the table `access.yaml`, and what it says of a route. What it does not name is nobody's.

Every route has exactly one row, or the service does not start. The guard (`service.state.GUARD`) holds each call to the row of its
route: it lets nobody in who has none of its roles, and leaves in `Caller.reach` how far the others may go. Whoever fetches a subject
(a case, an upload) finds out how the caller stands to it and asks whether that is within their reach.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Role = Literal["applicant", "approver", "head", "policy_writer", "auditor", "operator", "administrator"]
Relation = Literal["own", "department", "other"]
"""How a caller stands to a subject: it is theirs, or of whom they act for; somebody else's in their department; anybody else's."""
Act = Literal["apply", "read", "receive", "delegate"]
"""What somebody may do for another: apply and go on with it, see cases, receive results; and give mandates in their name."""
ACTS: tuple[Act, ...] = get_args(Act)
ROLES: tuple[Role, ...] = get_args(Role)
RELATIONS: tuple[Relation, ...] = get_args(Relation)
TABLE = Path(__file__).with_name("access.yaml")
_Few = Annotated[tuple[Relation, ...], Field(min_length=1)]
Endpoint = tuple[Callable[..., Any], str]


class Unlisted(Exception):
    """The table and the routes do not agree; the text says where."""


class Said(BaseModel):
    """The same in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str


class Row(BaseModel):
    """`routes`: each `METHOD /path` as it is declared. `who`: how far each role may go; or `signed-in`, whoever is, for themself; or
    `anyone`.

    `asks`: whether it is looked up who calls; not for what must answer without the database. `scope`: what a machine client's token
    has to allow; without one no machine client may, whatever the person it acts for may.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: Said
    why: Said
    routes: Annotated[tuple[str, ...], Field(min_length=1)]
    who: Literal["anyone", "signed-in"] | Mapping[Role, _Few]
    asks: bool = True
    scope: str | None = None
    act: Act | Literal["any", "self"] | None = None

    @property
    def open(self) -> bool:
        return self.who == "anyone"

    def reach(self, roles: Collection[str], scopes: Collection[str] | None = None) -> frozenset[Relation]:
        """How far somebody with these roles may go. `scopes`: of the machine client that calls for them, if one does."""
        if scopes is not None and self.scope not in scopes:
            return frozenset()
        if isinstance(self.who, str):
            return frozenset({"own"})
        return frozenset(relation for role, few in self.who.items() if role in roles for relation in few)


@cache
def table() -> tuple[Row, ...]:
    """As it is written, from top to bottom."""
    return TypeAdapter(tuple[Row, ...]).validate_python(yaml.safe_load(TABLE.read_text("utf-8")), strict=False)


def routes_of(app: FastAPI) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Method, path and endpoint of everything the application answers. HEAD goes with GET."""
    for route in iter_route_contexts(app.routes):
        if route.path is None or route.endpoint is None:
            raise Unlisted(f"{route.original_route} is no route that can be held to {TABLE.name}")
        for method in sorted((route.methods or {"*"}) - {"HEAD"}):
            yield method, route.path, route.endpoint


def hold_to_table(app: FastAPI) -> None:
    """Binds every route of the application to its row. Raises `Unlisted` where a route has none or several, or a row no route."""
    rows: dict[str, Row] = {}
    wrong: list[str] = []
    for row in table():
        wrong += [f"{each}: stands twice in the table" for each in row.routes if each in rows]
        rows |= dict.fromkeys(row.routes, row)
    bound: dict[Endpoint, Row] = {}
    for method, path, endpoint in routes_of(app):
        row_of_it = rows.pop(f"{method} {path}", None)
        if row_of_it is None:
            wrong.append(f"{method} {path}: nobody may call it, since it has no row")
        elif bound.setdefault((endpoint, method), row_of_it) is not row_of_it:
            wrong.append(f"{method} {path}: shares its function with a route of another row")
    wrong += [f"{each}: there is no such route" for each in rows]
    if wrong:
        raise Unlisted("\n".join((f"service/{TABLE.name} and the routes do not agree:", *wrong)))
    app.state.access = bound


def row_for(request: Request) -> Row:
    """The row of the route that answers."""
    bound: Mapping[Endpoint, Row] = request.app.state.access
    return bound[request.scope["endpoint"], request.method if request.method != "HEAD" else "GET"]
