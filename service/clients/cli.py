"""`miaopi clients`: machine clients (portals), for operators. What it imports of the service is imported when it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from engine.commands.command import Command, actions_said
from engine.commands.session import Language, Misuse, Session
from service.command_database import database_option, opened

if TYPE_CHECKING:
    from service.clients.keeping import Kept
    from service.database import Database

ACTIONS: Mapping[str, tuple[str, str]] = {
    "list": ("列出平台", "lists the portals"),
    "add": ("登记一个平台，密钥只显示一次", "adds a portal; its secret is shown once"),
    "rotate": ("换密钥，旧的再用 24 小时", "makes a new secret; the old one is good for 24 hours more"),
    "disable": ("停用平台", "ends a portal's access"),
    "enable": ("恢复平台", "restores it"),
}


def command(lang: Language) -> click.Command:
    """`miaopi clients`."""
    zh = lang == "zh"
    said = actions_said(lang, ACTIONS)

    def option(name: str, metavar: str, chinese: str, english: str) -> click.Option:
        return click.Option([name], metavar=metavar, help=chinese if zh else english)

    return Command(
        lang, "clients", clients,
        params=[
            click.Argument(["action"], type=click.Choice(list(ACTIONS))),
            option("--id", "ID", "平台的代号：小写字母、数字和连字符", "The portal's id: small letters, digits and hyphens"),
            option("--name", "NAME", "名称，会显示给同意的人", "Its name, which people see when they agree"),
            option("--scopes", "SCOPES", "范围，用逗号隔开（见 docs/access.md）", "Scopes, with commas between (see docs/access.md)"),
            click.Option(
                ["--calls"], type=click.IntRange(1, 1_000_000),
                help="每分钟最多调用次数（不写为 600）" if zh else "Calls that it may make in a minute (600 unless given)",
            ),
            click.Option(
                ["--at-once"], is_flag=True,
                help="换密钥时旧密钥和令牌立即失效" if zh else "With rotate: the old secret and every token end now",
            ),
            database_option(lang),
        ],
        example="miaopi clients add --id i-longhua --name i龙华 --scopes catalogue,applications,cases\n"
        "miaopi clients rotate --id i-longhua\nmiaopi clients list",
        help=f"代办平台：{said}。用 SQLite 时请先停止服务。" if zh else f"Portals: {said}. On SQLite, stop the service first.",
    )  # fmt: skip


def clients(
    session: Session, action: str, id: str | None, name: str | None, scopes: str | None, calls: int | None, at_once: bool,
    database: str | None,
) -> int:  # fmt: skip
    from service.problems import Problem
    from service.protection.actions import protect

    if action != "list" and id is None:
        raise Misuse(f"{action} 需要 --id", f"{action} needs --id")
    if action == "add" and (name is None or scopes is None):
        raise Misuse("add 需要 --name 和 --scopes", "add needs --name and --scopes")
    try:
        with opened(session, database) as (settings, there):
            protect(there, settings.key_file, datetime.now(UTC))
            found = _run(there, action, id or "", name or "", scopes or "", calls, at_once)
    except Problem as problem:
        raise Misuse(problem.document("zh")["title"], problem.document("en")["title"]) from None
    _answer(session, found)
    return 0


def _run(
    database: Database, action: str, id_: str, name: str, scopes: str, calls: int | None, at_once: bool
) -> list[Kept]:
    from service.clients import keeping

    now = datetime.now(UTC)
    match action:
        case "list":
            return keeping.every_client(database)
        case "add":
            wanted = [each.strip() for each in scopes.split(",") if each.strip()]
            return [keeping.add(database, id_, name, wanted, calls or keeping.CALLS, now)]
        case "rotate":
            return [keeping.rotate(database, id_, at_once, now)]
        case _:
            return [keeping.set_disabled(database, id_, action == "disable", now)]


def _answer(session: Session, found: list[Kept]) -> None:
    if session.json:
        session.answer({"clients": [asdict(each) for each in found]})
        return
    for each in found:
        disabled = session.say("已停用", "disabled") if each.disabled else ""
        line = f"{each.id}  {each.name}  {' '.join(each.scopes)}  {each.calls}/min  {disabled}"
        session.out.print(line.rstrip(), soft_wrap=True, highlight=False, markup=False)
        if each.secret:
            session.note(session.say("密钥，只显示这一次：", "Its secret, shown this once:"))
            session.out.print(each.secret, soft_wrap=True, highlight=False, markup=False)
