"""`miaopi policies export`: the published rulesets as files."""

from __future__ import annotations

from pathlib import Path

import click

from engine.commands.command import Command
from engine.commands.session import Language, Misuse, Session, unreadable
from service.command_database import database_option


def command(lang: Language) -> click.Command:
    zh = lang == "zh"
    return Command(
        lang, "policies", policies,
        params=[
            click.Argument(["what"], type=click.Choice(["export"])),
            click.Option(
                ["--out"], metavar="DIR", type=click.Path(path_type=Path), default=Path("rules"), show_default=True,
                help="写到哪个文件夹" if zh else "The folder to write to",
            ),
            database_option(lang),
        ],
        example="miaopi policies export --out published\nmiaopi test --rules published",
        help="把数据库里已发布的规则连同用例、片段和证照类型写成文件；服务运行时也可以使用。已有的同名文件会被覆盖。"
        if zh else "Writes the published rulesets with their cases, fragments and evidence types as files, also while the service "
        "runs. Files of the same name are overwritten.",
    )  # fmt: skip


def policies(session: Session, what: str, out: Path, database: str | None) -> int:
    assert what == "export"
    from service.policies.exporting import export
    from service.settings import Unusable, find_settings

    try:
        settings = find_settings(database, session.rules_folder)
        paths = export(settings.database, settings.key_file, out)
    except Unusable as error:
        raise Misuse(f"不能读取数据库：{error}", str(error)) from None
    except OSError as error:
        raise unreadable(str(out), error) from None
    if session.json:
        session.answer({"out": str(out), "files": list(paths)})
    else:
        session.note(session.say(f"写了{len(paths)}个文件到 {out}", f"{len(paths)} files written to {out}"))
    return 0
