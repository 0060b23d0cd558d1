"""`miaopi`: the engine's commands and the service's. Nothing of the service is imported before one of its own is called."""

from __future__ import annotations

import sys

import click

from engine.cli import COMMANDS, run
from engine.commands.command import Command
from engine.commands.session import Language, Misuse, Session
from service.command_database import database_option


def command(lang: Language) -> click.Command:
    """`miaopi serve`."""
    zh = lang == "zh"
    return Command(
        lang, "serve", serve,
        params=[
            click.Option(["--host"], default="127.0.0.1", show_default=True, help="监听的地址" if zh else "Where to listen"),
            click.Option(["--port"], type=click.IntRange(0, 65535), default=8000, show_default=True, help="端口" if zh else "Port"),
            click.Option(
                ["--workers"], type=click.IntRange(1, 1024), default=1, show_default=True,
                help="进程数；SQLite 只能有一个" if zh else "Processes; one alone on SQLite",
            ),
            database_option(lang),
        ],
        example="miaopi serve\nmiaopi serve --host 0.0.0.0 --workers 4 --database postgresql+psycopg://miaopi@localhost/miaopi",
        help="启动服务；第一次启动时建立数据库和演示数据。"
        if zh else "Starts the service; the first start creates the database and the demo data.",
    )


def serve(session: Session, host: str, port: int, workers: int, database: str | None) -> int:
    if workers > 1 and (database is None or "://" not in database or database.startswith("sqlite")):
        raise Misuse(
            "SQLite 只能由一个进程写：请去掉 --workers，或者用 --database 指定 PostgreSQL",
            "SQLite has one writing process: leave out --workers, or name a PostgreSQL with --database",
        )
    from service.serving import run as run_service

    run_service(host, port, workers, database, session.rules_folder)
    return 0


def main() -> None:
    """The `miaopi` that people run."""
    serving = ("service.cli", "启动服务", "Start the service")
    repository = ("service.authority.cli", "启动独立的电子证照库", "Start a separate licence repository")
    record = ("service.audit.cli", "检查和证明审计记录", "Check and prove the record")
    policies = ("service.policies.cli", "导出已发布的规则", "Export the published rulesets")
    keys = ("service.protection.cli", "个人数据的加密密钥", "The keys that personal data is encrypted with")
    accounts = ("service.accounts.cli", "账号、角色和密码", "Accounts, roles and passwords")
    clients = ("service.clients.cli", "代办平台和密钥", "Portals and their secrets")
    deliveries = ("service.notifications.cli", "没有送达的通知", "What could not be delivered")
    licence_keys = ("service.licences.cli", "签发结果证照的密钥", "The keys of result licences")
    backup = ("service.operation.commands.backup", "备份全部数据", "Back up everything")
    restore = ("service.operation.commands.restore", "从备份恢复", "Restore a backup")
    ours = {"serve": serving, "licence-authority": repository, "audit": record, "policies": policies, "keys": keys}
    kept = {"accounts": accounts, "clients": clients, "deliveries": deliveries, "licence-keys": licence_keys}
    kept |= {"backup": backup, "restore": restore}
    ours["replay"] = ("service.policies.replaying", *COMMANDS["replay"][1:])
    sys.exit(run(sys.argv[1:], {**COMMANDS, **ours, **kept}))


if __name__ == "__main__":
    main()
