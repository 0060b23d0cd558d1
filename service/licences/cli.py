"""`miaopi licence-keys`: the keys that result licences are signed with, listed and rotated."""

from __future__ import annotations

import click

from engine.commands.command import Command
from engine.commands.session import Language, Misuse, Session


def command(lang: Language) -> click.Command:
    """`miaopi licence-keys`."""
    zh = lang == "zh"
    return Command(
        lang, "licence-keys", licence_keys,
        params=[click.Argument(["action"], type=click.Choice(["list", "rotate"]))],
        example="miaopi licence-keys list\nmiaopi licence-keys rotate",
        help="签发结果证照的密钥：list 列出，最新的签名；rotate 生成新的，服务下次启动时换用，旧的仍可核对。"
        if zh else "The keys of result licences: list shows them, the newest signs; rotate makes a new one, which the service takes up at "
        "its next start. Older ones still verify.",
    )


def licence_keys(session: Session, action: str) -> int:
    from service.licences.issuer import KEYS
    from service.settings import Unusable, find_settings
    from service.signing_keys import SigningKeys

    try:
        settings = find_settings(None, session.rules_folder)
        path = settings.data / KEYS
        if not path.exists():
            raise Unusable(f"{path} is not there: the service makes it at its first start")
        keys = SigningKeys(path, settings.issuer)
    except (Unusable, OSError) as unusable:
        raise Misuse(str(unusable), str(unusable)) from None
    if action == "rotate":
        keys.rotate()
    known = [each["kid"] for each in keys.public()["keys"]]
    if session.json:
        session.answer({"current": keys.current, "keys": known})
    else:
        for each in [keys.current] if action == "rotate" else known:
            session.out.print(each, soft_wrap=True)
    return 0
