"""`miaopi audit`: checking the record, proving what it says, and its keys. What it imports of the service is imported when it runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from engine.cli import Commands
from engine.commands.command import Command
from engine.commands.session import Language, Session
from service.command_database import database_option

WHAT = {
    "verify": ("核对整个记录", "Check the whole record"),
    "prove": ("给出一个办件的证明", "The proof for one case"),
    "check": ("核对一份证明或决定回执", "Check a proof, or the seal of a receipt"),
    "seal": ("立即封存（服务停止时）", "Seal now, while nothing is served"),
    "keys": ("打印公钥", "Print the public keys"),
    "rotate": ("换一把新的签名密钥", "Make a new signing key"),
}


class Audit(Commands):
    """A command that has commands."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return COMMANDS[cmd_name](self.lang) if cmd_name in COMMANDS else None


def command(lang: Language) -> click.Command:
    """`miaopi audit`."""
    named = {name: ("", zh, en) for name, (zh, en) in WHAT.items()}
    return Audit(lang, named, "audit", "审计记录：核对、证明、封存。" if lang == "zh" else "The record: checked, proved, sealed.")


def _keys(lang: Language) -> click.Option:
    zh = "受信任的公钥，如 GET /api/v1/keys 所给（不写则用服务自己的）"
    en = "Trusted public keys as `GET /api/v1/keys` tells them (the service's own unless given)"
    return click.Option(["--keys"], type=_FILE, metavar="FILE", help=zh if lang == "zh" else en)


def _anchors(lang: Language) -> click.Option:
    zh, en = "数据库之外保存的签名（不写则用服务自己的文件）", "The heads kept outside the database (the service's own file unless given)"
    return click.Option(["--anchors"], type=_FILE, metavar="FILE", help=zh if lang == "zh" else en)


_FILE = click.Path(dir_okay=False, path_type=Path)


def verify(lang: Language) -> click.Command:
    def run(session: Session, database: str | None, keys: Path | None, anchors: Path | None) -> int:
        from service.audit.reporting import verify

        return verify(session, database, keys, anchors)

    return Command(
        lang, "verify", run, params=[database_option(lang), _keys(lang), _anchors(lang)],
        example="miaopi audit verify\nmiaopi audit verify --database postgresql://miaopi@localhost/miaopi --keys keys.json",
        help="从每一行记录重新计算，与签名和锚定核对；完好以 0 退出，有出入则逐条列出并以 1 退出。服务运行时也可以用。"
        if lang == "zh" else "Computes everything anew from the rows and holds it to what was signed and anchored. Exits 0 if it is whole, "
        "1 with every finding if not. Also while the service runs.",
    )


def prove(lang: Language) -> click.Command:
    def run(session: Session, case: str, database: str | None) -> int:
        from service.audit.reporting import prove

        return prove(session, case, database)

    return Command(
        lang, "prove", run, params=[click.Argument(["case"], metavar="CASE"), database_option(lang)],
        example="miaopi audit prove LH20261123000000015 > proof.json\nmiaopi audit check proof.json --keys keys.json",
        help="一个办件的全部记录，各带它在签名记录中的证明（JSON）。没有这个办件的记录以 1 退出。"
        if lang == "zh" else "Everything on record about one case, each row with the proof that it is in the signed record, as JSON. "
        "Exits 1 if nothing is.",
    )


def check(lang: Language) -> click.Command:
    def run(session: Session, file: str, keys: Path | None, anchors: Path | None) -> int:
        from service.audit.reporting import check

        return check(session, file, keys, anchors)

    return Command(
        lang, "check", run, params=[click.Argument(["file"], metavar="FILE"), _keys(lang), _anchors(lang)],
        example="miaopi audit check proof.json --keys keys.json --anchors anchors.jsonl\nmiaopi audit check receipt.json --keys keys.json",
        help="核对一份证明，或一份决定回执（或申请人副本）的签章；不需要数据库。成立以 0 退出，不成立以 1 退出。"
        "写了 --anchors 则还要求签名是锚定过的。"
        if lang == "zh" else "Checks a proof, or the seal of a receipt or an applicant's copy; needs no database. Exits 0 if it holds, 1 "
        "if not. With --anchors, the signed head must be among those that were anchored.",
    )


def seal(lang: Language) -> click.Command:
    def run(session: Session, database: str | None) -> int:
        from service.audit.reporting import seal

        return seal(session, database)

    return Command(
        lang, "seal", run, params=[database_option(lang)], example="miaopi audit seal",
        help="封存尚未封存的记录并锚定。运行中的服务自己会定时封存；SQLite 的库被服务占用时以 2 退出。"
        if lang == "zh" else "Seals and anchors what is not sealed yet. A running service does so by itself; exits 2 where it has the "
        "SQLite database.",
    )


def keys(lang: Language) -> click.Command:
    def run(session: Session, database: str | None) -> int:
        from service.audit.reporting import keys

        return keys(session, database)

    return Command(
        lang, "keys", run, params=[database_option(lang)], example="miaopi audit keys > keys.json",
        help="核对签名用的公钥（JWK Set）；没有密钥文件以 2 退出。"
        if lang == "zh" else "The public keys to verify with, as a JWK set; exits 2 where there is no key file.",
    )


def rotate(lang: Language) -> click.Command:
    def run(session: Session, database: str | None) -> int:
        from service.audit.reporting import rotate

        return rotate(session, database)

    return Command(
        lang, "rotate", run, params=[database_option(lang)], example="miaopi audit rotate",
        help="生成新密钥并打印它的编号；此后用它签名，旧密钥仍可核对。运行中的服务在下次封存时换用。"
        if lang == "zh" else "Makes a new key, prints its id, and signs with it from now on; older keys still verify. A running service "
        "takes it up when it seals next.",
    )


COMMANDS: dict[str, Callable[[Language], click.Command]] = {
    "verify": verify, "prove": prove, "check": check, "seal": seal, "keys": keys, "rotate": rotate,
}  # fmt: skip
