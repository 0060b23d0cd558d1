"""The ordinary stack, as most services are written: FastAPI, an ORM session in the thread pool, one insert and commit a request.

Durable as the service is: SQLite in WAL mode with `synchronous=FULL`. Run as a script, it serves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import uvicorn
from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import event
from sqlmodel import Field, Session, SQLModel, create_engine


class Application(BaseModel):
    situation: str
    form: dict[str, str]


class ApplicationRow(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    situation: str
    bank_account: str


def create_app(file: str) -> FastAPI:
    engine = create_engine(f"sqlite:///{file}", connect_args={"check_same_thread": False, "timeout": 30})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    SQLModel.metadata.create_all(engine, [ApplicationRow.__table__])  # type: ignore[attr-defined]

    def opened() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    app = FastAPI()

    @app.post("/applications", status_code=201)
    def apply(body: Application, session: Session = Depends(opened)) -> ApplicationRow:  # noqa: B008 — opened within
        row = ApplicationRow(situation=body.situation, bank_account=body.form["bank_account"])
        session.add(row)
        session.commit()
        session.refresh(row)
        return row

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(sys.argv[1]), port=int(sys.argv[2]), log_level="warning", access_log=False)
