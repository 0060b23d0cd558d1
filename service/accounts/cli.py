"""`miaopi accounts`: people, their roles and passwords, for operators. What it imports of the service is imported when it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.command import Command, actions_said
from engine.commands.session import Language, Misuse, Session
from service.command_database import database_option, opened

if TYPE_CHECKING:
    from service.accounts.keeping import Kept
    from service.database import Database

ACTIONS: Mapping[str, tuple[str, str]] = {
    "list": ("列出账号", "lists the accounts"),
    "add": ("新增一个人或单位", "adds a person or an organisation"),
    "password": ("设置密码", "sets a password"),
    "roles": ("改变角色和部门", "changes roles and department"),
    "disable": ("停用账号", "ends somebody's access"),
    "enable": ("恢复账号", "restores it"),
}


def command(lang: Language) -> click.Command:
    """`miaopi accounts`."""
    zh = lang == "zh"
    said = actions_said(lang, ACTIONS)
    path = click.Path(path_type=Path, dir_okay=False)

    def option(name: str, metavar: str, chinese: str, english: str) -> click.Option:
        return click.Option([name], metavar=metavar, help=chinese if zh else english)

    return Command(
        lang, "accounts", accounts,
        params=[
            click.Argument(["action"], type=click.Choice(list(ACTIONS))),
            option("--number", "NUMBER", "身份证号或统一社会信用代码", "Identity number or credit code"),
            option("--name", "NAME", "姓名或单位名称", "Name"),
            option("--roles", "ROLES", "角色，用逗号隔开", "Roles, with commas between"),
            option("--department", "ID", "所在部门（审批人和负责人必须有）", "Department, which approvers and heads have to have"),
            option("--queues", "QUEUES", "审批人擅长的队列，用逗号隔开", "Queues that an approver is skilled at, with commas between"),
            option("--agent", "NUMBER", "单位的经办人身份证号", "Identity number of whoever acts for an organisation"),
            click.Option(
                ["--password-file"], metavar="FILE", type=path,
                help="密码是这个文件的第一行；不写则从键盘输入" if zh else "Its first line is the password; asked for unless given",
            ),
            database_option(lang),
        ],
        example="miaopi accounts add --number 44030919800101001X --name 王小明 --roles approver --department civil-affairs\n"
        "miaopi accounts password --number 44030919800101001X\nmiaopi accounts list",
        help=f"账号：{said}。用 SQLite 时请先停止服务。"
        if zh else f"Accounts: {said}. On SQLite, stop the service first.",
    )  # fmt: skip


def accounts(
    session: Session, action: str, number: str | None, name: str | None, roles: str | None, department: str | None,
    queues: str | None, agent: str | None, password_file: Path | None, database: str | None,
) -> int:  # fmt: skip
    from service.problems import Problem
    from service.protection.actions import protect

    if action != "list" and number is None:
        raise Misuse(f"{action} 需要 --number", f"{action} needs --number")
    if action == "add" and name is None:
        raise Misuse("add 需要 --name", "add needs --name")
    password = _password(session, password_file) if action == "password" else None
    try:
        with opened(session, database) as (settings, there):
            _hold_department(settings.catalogue, department)
            protect(there, settings.key_file, datetime.now(UTC))
            found = _run(there, action, number or "", name or "", _listed(roles), department, _listed(queues), agent, password)
    except Problem as problem:
        raise Misuse(problem.document("zh")["title"], problem.document("en")["title"]) from None
    _answer(session, found)
    return 0


def _run(
    database: Database, action: str, number: str, name: str, roles: list[str], department: str | None, queues: list[str],
    agent: str | None, password: str | None,
) -> list[Kept]:  # fmt: skip
    from service.accounts import keeping

    now = datetime.now(UTC)
    match action:
        case "list":
            return keeping.every_account(database)
        case "add":
            return [keeping.add(database, number, name, roles or ["applicant"], department, now, agent, queues)]
        case "password":
            return [keeping.set_password(database, number, password or "", now)]
        case "roles":
            return [keeping.set_roles(database, number, roles, department, now)]
        case _:
            return [keeping.set_disabled(database, number, action == "disable", now)]


def _hold_department(catalogue: Path, department: str | None) -> None:
    from engine.catalogue import read_catalogue

    if department is None:
        return
    known = read_catalogue(str(catalogue), catalogue.read_bytes()).departments
    if department not in known:
        there = "、".join(known)
        raise Misuse(f"没有部门 {department}；有：{there}", f"there is no department {department}; there are: {', '.join(known)}")


def _listed(text: str | None) -> list[str]:
    return [each.strip() for each in (text or "").split(",") if each.strip()]


def _password(session: Session, file: Path | None) -> str:
    if file is None:
        return str(click.prompt(session.say("密码", "Password"), hide_input=True, confirmation_prompt=True, err=True))
    try:
        return file.read_text("utf-8").split("\n")[0].rstrip("\r")
    except (OSError, UnicodeError):
        raise Misuse(f"不能读取 {file}", f"cannot read {file}") from None


def _answer(session: Session, found: list[Kept]) -> None:
    if session.json:
        session.answer({"accounts": [asdict(each) for each in found]})
        return
    for each in found:
        marks = [
            *(["made up"] if each.made_up else []), *(["disabled"] if each.disabled else []),
            *([] if each.has_password or each.made_up else ["no password"]),
        ]  # fmt: skip
        line = f"{each.id:>5}  {each.name}  {' '.join(each.roles)}  {each.department or ''}  {', '.join(marks)}"
        session.out.print(line.rstrip(), soft_wrap=True, highlight=False, markup=False)
