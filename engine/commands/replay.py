"""`miaopi replay`: decides again from a receipt, with the ruleset of its hash, and compares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click
import orjson

from engine.commands.command import Command
from engine.commands.explain import read_receipt
from engine.commands.rulesets import compiled, of_receipt
from engine.commands.session import Language, Misuse, Session
from engine.decision.printable import printable
from engine.decision.replay import ABSENT, Difference, is_without_ruleset, replay
from engine.ruleset.model import Ruleset


def command(lang: Language) -> click.Command:
    zh = lang == "zh"
    return Command(
        lang, "replay", run, params=[click.Argument(["receipt"], metavar="RECEIPT")],
        example="miaopi replay receipt.json",
        help="按决定回执里的事实和规则重新决定，与回执逐字节比较（引擎版本除外）。相同以 0 退出，不同则列出差异并以 1 退出；"
        "找不到规则，或者是申请人的副本，以 2 退出。"
        if zh else "Decides again from the facts and the ruleset of a receipt and compares byte by byte, apart from the engine's "
        "version. Exits 0 if it is the same, 1 with the difference if not, 2 if the ruleset is not found or the receipt is an "
        "applicant's copy.",
    )


def nowhere_else(given: Mapping[str, Any]) -> Ruleset | None:
    """Where rulesets lie in files alone."""
    return None


def run(session: Session, receipt: str, elsewhere: Callable[[Mapping[str, Any]], Ruleset | None] = nowhere_else) -> int:
    """`elsewhere` finds a ruleset that a receipt names where the rules folder does not have it."""
    given, document = read_receipt(session, receipt)
    if document.copied_for is not None:
        raise Misuse(
            f"{receipt} 是申请人的副本，缺少重新决定所需的内容", f"{receipt} is an applicant's copy, which lacks what deciding takes"
        )
    ruleset = None if is_without_ruleset(given) else of_receipt(session.rules, given) or elsewhere(given)
    if ruleset is None and not is_without_ruleset(given):
        folder = session.rules.folder
        raise Misuse(
            f"{folder} 里没有回执所用的规则 {document.ruleset}（{document.ruleset_hash}）",
            f"the ruleset of the receipt, {document.ruleset} ({document.ruleset_hash}), is not in {folder}",
        )
    differences = replay(given, compiled(ruleset).compiled if ruleset else None, session.lang)
    if session.json:
        session.answer({
            "same": not differences,
            "ruleset": document.ruleset,
            "differences": [_as_json(each) for each in differences],
        })
    elif differences:
        for each in differences:
            session.out.print(f"{printable(each.path)}: {_text(session, each.old)} → {_text(session, each.new)}", soft_wrap=True)
    else:
        session.out.print(session.say(f"相同：{document.receipt_hash}", f"the same: {document.receipt_hash}"), soft_wrap=True)
    return 1 if differences else 0


def _as_json(difference: Difference) -> dict[str, Any]:
    """`old` or `new` is left out where there is nothing."""
    sides = {"old": difference.old, "new": difference.new}
    return {"path": difference.path, **{name: each for name, each in sides.items() if each is not ABSENT}}


def _text(session: Session, value: Any) -> str:
    return session.say("（无）", "(nothing)") if value is ABSENT else printable(orjson.dumps(value).decode())
