"""`miaopi explain`: a receipt in plain words, for its applicant or, with `--full`, for an approver."""

from __future__ import annotations

from typing import Any

import click
from pydantic import ValidationError

from engine.commands.command import Command
from engine.commands.picture import show
from engine.commands.rulesets import of_receipt
from engine.commands.session import Language, Misuse, Session
from engine.decision.explanation import Audience, explain
from engine.decision.problems import Gap
from engine.decision.receipt_document import ReceiptDocument
from engine.decision.strict_json import BadJSON, jsonable, read_json


def command(lang: Language) -> click.Command:
    zh = lang == "zh"
    return Command(
        lang, "explain", run,
        params=[
            click.Argument(["receipt"], metavar="RECEIPT"),
            click.Option(
                ["--full"], is_flag=True,
                help="审批人看的全文：数值、来源、原因、队列、诊断和哈希"
                if zh else "For an approver: values, sources, causes, queue, diagnostics and hashes",
            ),
        ],
        example="miaopi explain receipt.json\nmiaopi explain receipt.json --full --lang en",
        help="把决定回执写成文字，给申请人看；RECEIPT 是文件，- 为标准输入。"
        if zh else "A receipt in plain words, for its applicant. RECEIPT is a file, or - for stdin.",
    )


def run(session: Session, receipt: str, full: bool) -> int:
    given, document = read_receipt(session, receipt)
    audience: Audience = "approver" if full else "applicant"
    explanation = explain(document, session.lang, audience, of_receipt(session.rules, given))
    if session.json:
        session.answer(explanation.as_json())
    elif session.for_people:
        show(session, explanation, document)
    else:
        session.write(explanation.text().encode())
    return 0


def read_receipt(session: Session, path: str) -> tuple[dict[str, Any], ReceiptDocument]:
    """A receipt as JSON, and as what it says. Raises `Misuse`."""
    try:
        given = jsonable(read_json(session.read(path)))
        return given, ReceiptDocument.model_validate(given)
    except BadJSON as bad:
        gap = Gap("", bad.code, "", bad.params)
        raise Misuse(f"{path}：{gap.message('zh')}", f"{path}: {gap.message('en')}") from None
    except ValidationError as error:
        where = ".".join(str(each) for each in error.errors()[0]["loc"])
        raise Misuse(f"{path} 不是决定回执（{where or '最外层'}）", f"{path} is no receipt (at {where or 'the top'})") from None
