"""`miaopi keys`: the keys that personal data is encrypted with, listed, rotated, and old ones put out of use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from engine.commands.command import Command, actions_said
from engine.commands.session import Language, Misuse, Session
from service.command_database import database_option, opened

if TYPE_CHECKING:
    from pathlib import Path

    from service.database import Database

ACTIONS: Mapping[str, tuple[str, str]] = {
    "list": ("列出数据密钥", "lists the data keys"),
    "rotate": ("换新的主密钥", "makes a new key-encryption key"),
    "reencrypt": ("用最新的数据密钥重新加密旧数据", "encrypts old rows again under the newest data key"),
    "forget": ("从密钥文件删除不再使用的主密钥", "removes key-encryption keys that wrap nothing from the key file"),
}


def command(lang: Language) -> click.Command:
    """`miaopi keys`."""
    zh = lang == "zh"
    actions = actions_said(lang, ACTIONS)
    return Command(
        lang, "keys", keys,
        params=[
            click.Argument(["action"], type=click.Choice(list(ACTIONS))),
            click.Option(
                ["--data"], is_flag=True,
                help="轮换时同时换新的数据密钥" if zh else "With rotate: a new data key too, for what is written from now on",
            ),
            database_option(lang),
        ],
        example="miaopi keys list\nmiaopi keys rotate --data\nmiaopi keys reencrypt --database postgresql://miaopi@localhost/miaopi",
        help=f"个人数据的加密密钥：{actions}。用 SQLite 时请先停止服务。"
        if zh else f"The keys of personal data: {actions}. On SQLite, stop the service first.",
    )  # fmt: skip


def keys(session: Session, action: str, data: bool, database: str | None) -> int:
    if data and action != "rotate":
        raise Misuse("--data 只用于 rotate", "--data goes with rotate alone")
    with opened(session, database) as (settings, found):
        _run(session, action, data, found, settings.key_file)
    return 0


def _run(session: Session, action: str, data: bool, database: Database, path: Path) -> None:
    from service.protection import actions

    now = datetime.now(UTC)
    keyring = actions.open_keyring(database, path, now)
    match action:
        case "list":
            found = actions.data_keys(database)
            _answer(
                session, {"data_keys": [{"id": each.id, "kek": each.kek, "created": each.created.isoformat()} for each in found]},
                [f"{each.id:>4}  {each.kek}  {each.created:%Y-%m-%d %H:%M}" for each in found],
            )  # fmt: skip
        case "rotate":
            done = actions.rotate(database, path, now, data)
            lines = [session.say(f"新的主密钥 {done.kek}，保护 {done.wrapped} 个数据密钥",
                                 f"new key-encryption key {done.kek}, wrapping {done.wrapped} data keys")]  # fmt: skip
            if done.data_key is not None:
                lines.append(session.say(f"新的数据密钥 {done.data_key}", f"new data key {done.data_key}"))
            _answer(session, {"kek": done.kek, "wrapped": done.wrapped, "data_key": done.data_key}, lines)
        case "reencrypt":
            from service.database.migrating import tables

            rows = actions.reencrypt(database, keyring, tables())
            _answer(session, {"rows": dict(rows)}, [f"{table}  {count}" for table, count in rows.items() if count])
        case _:
            gone = sorted(actions.forget(database, path))
            _answer(session, {"forgotten": gone}, gone)


def _answer(session: Session, document: dict[str, Any], lines: list[str]) -> None:
    if session.json:
        session.answer(document)
    else:
        for line in lines or [session.say("没有要做的", "nothing to do")]:
            session.out.print(line, soft_wrap=True)
