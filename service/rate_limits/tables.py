"""How many calls were taken from a window, as it is stored."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class RateWindowRow(SQLModel, table=True):
    """`name`: of the limit; `subject`: an address, an account or a client; `since`: the number of the window, counted from 1970."""

    __tablename__ = "rate_window"

    name: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    since: int
    taken: int
