"""`miaopi deliveries`: what could not be delivered, listed and sent again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import click

from engine.commands.command import Command
from engine.commands.session import Language, Misuse, Session
from service.command_database import database_option, opened

if TYPE_CHECKING:
    from service.database import Database

_MOST = 1_000


def command(lang: Language) -> click.Command:
    """`miaopi deliveries`."""
    zh = lang == "zh"
    return Command(
        lang, "deliveries", deliveries,
        params=[
            click.Argument(["action"], type=click.Choice(["list", "replay"])),
            click.Argument(["ids"], nargs=-1, type=click.UUID, metavar="[ID]..."),
            click.Option(["--all", "everything"], is_flag=True, help="重发全部" if zh else "With replay: every one"),
            database_option(lang),
        ],
        example="miaopi deliveries list\nmiaopi deliveries replay --all",
        help="没有送达的通知：list 列出，replay 重发；由运行中的服务发出。用 SQLite 时请先停止服务。"
        if zh else "What could not be delivered: list shows it, replay has it sent again, by the service that runs. On SQLite, stop the "
        "service first.",
    )  # fmt: skip


def deliveries(session: Session, action: str, ids: tuple[UUID, ...], everything: bool, database: str | None) -> int:
    from service.protection.actions import protect

    if (action == "replay") != bool(ids or everything) or (ids and everything):
        raise Misuse("replay 要写明编号，或者 --all；list 都不要", "replay takes ids or --all; list takes neither")
    with opened(session, database) as (settings, found):
        protect(found, settings.key_file, datetime.now(UTC))
        return _list(session, found) if action == "list" else _replay(session, found, ids)


def _list(session: Session, database: Database) -> int:
    from service.notifications import reading

    found = reading.deliveries(database, "failed", _MOST).deliveries
    if session.json:
        session.answer({"deliveries": [each.model_dump(mode="json") for each in found]})
    for each in () if session.json else found:
        session.out.print(f"{each.id}  {each.at:%Y-%m-%d %H:%M}  {each.channel}  {each.event}  {each.answer}", soft_wrap=True)
    if not found and not session.json:
        session.out.print(session.say("没有", "none"))
    return 0


def _replay(session: Session, database: Database, ids: tuple[UUID, ...]) -> int:
    """Exits 1 where one of the ids is of nothing that failed."""
    from service.notifications import actions, reading
    from service.problems import Problem

    wanted = ids or [each.id for each in reading.deliveries(database, "failed", _MOST).deliveries]
    again, unknown = [], []
    for each in wanted:
        try:
            actions.replay(database, each, datetime.now(UTC))
            again.append(str(each))
        except Problem:
            unknown.append(str(each))
    if session.json:
        session.answer({"replayed": again, "unknown": unknown})
    else:
        session.out.print(session.say(f"重发 {len(again)} 项", f"{len(again)} to be sent again"))
        for id_ in unknown:
            session.out.print(session.say(f"没有这项未能送达的通知：{id_}", f"no such failed delivery: {id_}"), soft_wrap=True)
    return 1 if unknown else 0
