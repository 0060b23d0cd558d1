"""`miaopi licence-authority`: the licence repository as a command."""

from __future__ import annotations

from pathlib import Path

import click

from engine.commands.command import Command
from engine.commands.session import Language, Misuse, Session, unreadable


def command(lang: Language) -> click.Command:
    """`miaopi licence-authority`."""
    zh = lang == "zh"
    folder = click.Path(file_okay=False, path_type=Path)
    return Command(
        lang, "licence-authority", serve,
        params=[
            click.Option(["--host"], default="127.0.0.1", show_default=True, help="监听的地址" if zh else "Where to listen"),
            click.Option(["--port"], type=click.IntRange(0, 65535), default=8100, show_default=True, help="端口" if zh else "Port"),
            click.Option(
                ["--data"], type=folder, default=Path("data/licence-authority"), show_default=True, metavar="DIR",
                help="自己的数据库和签名密钥所在的文件夹" if zh else "The folder of its own database and signing keys",
            ),
            click.Option(
                ["--faults"], type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
                help="按证照类型故意出错的 JSON 文件" if zh else "A JSON file of faults by licence type, to be tried on",
            ),
        ],
        example='miaopi licence-authority\nmiaopi licence-authority --port 8101 --data data/second --faults faults.json',
        help="启动独立的电子证照库：签名的证照和核验结果，演示用。"
        if zh else "Starts a separate licence repository with the made-up people's signed licences.",
    )  # fmt: skip


def serve(session: Session, host: str, port: int, data: Path, faults: Path | None) -> int:
    from service.authority import running
    from service.authority.faults import read_faults
    from service.settings import find_settings
    from service.unusable import Unusable

    try:
        switched = read_faults(faults) if faults else {}
    except OSError as error:
        raise unreadable(str(faults), error) from None
    except ValueError:
        example = '{"household-register": {"kind": "slow", "milliseconds": 2000}}'
        raise Misuse(f"{faults} 应为如 {example} 的 JSON", f"{faults} must be JSON such as {example}") from None
    rules = find_settings(rules=session.rules_folder).rules
    try:
        authority = running.start(data.resolve(), running.licence_types(rules), switched)
    except Unusable as unusable:
        raise Misuse(str(unusable), str(unusable)) from None
    running.run(authority, host, port)
    return 0
