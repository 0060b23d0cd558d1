"""`miaopi decide`: decides one application, or a `.jsonl` file of them line by line in constant memory.

The answer is the receipt as JSON; a person at a terminal who does not ask for `--json` sees it in words.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import click
import orjson

from engine.commands.command import Command, Day
from engine.commands.rulesets import InForce
from engine.commands.session import Language, Session, unreadable
from engine.decision.problems import Gap, InvalidFacts
from engine.decision.strict_json import BadJSON, read_json

TIME_ZONE = ZoneInfo("Asia/Shanghai")
LARGEST = 1 << 20
"""Bytes of one document of facts."""


def command(lang: Language) -> click.Command:
    zh = lang == "zh"
    return Command(
        lang, "decide", decide,
        params=[
            click.Argument(["ruleset"], metavar="RULESET"),
            click.Option(
                ["--facts"], metavar="FILE|-", required=True,
                help="事实：JSON 文件，- 为标准输入；.jsonl 文件逐行决定"
                if zh else "The facts: a JSON file, or - for stdin; a .jsonl file is decided line by line",
            ),
            click.Option(
                ["--on"], metavar="DATE", type=Day(),
                help="作出决定的日期（不写为今天，北京时间）" if zh else "The day of decision (today in Beijing time unless given)",
            ),
        ],
        example="miaopi decide senior-allowance --facts application.json --on 2026-11-23",
        help="按规则作出决定。RULESET 是规则的标识，或者规则文件的路径。输出是 JSON 格式的决定回执；在终端上不带 --json 时显示文字。"
        "无论结论如何都以 0 退出，内容需要补正时以 2 退出；.jsonl 有不能决定的行时以 1 退出。"
        if zh else "Decides by rules. RULESET is an id, or the path of a file. The answer is the receipt as JSON; on a terminal "
        "without --json it is shown in words. Exits 0 for any conclusion, 2 if the facts are refused; 1 if a line of a .jsonl "
        "file is.",
    )


def decide(session: Session, ruleset: str, facts: str, on: date | None) -> int:
    in_force = InForce(session, ruleset, on or datetime.now(TIME_ZONE).date())
    if facts.endswith(".jsonl"):
        return _decide_lines(session, in_force, facts)
    try:
        given = _read(session.read(facts, LARGEST + 1))
        receipt, decider = in_force.receipt(given)
    except InvalidFacts as invalid:
        return _refuse(session, invalid)
    if not session.for_people:
        session.write(receipt.body + b"\n")
        return 0
    from engine.commands.picture import show
    from engine.decision.explanation import explain
    from engine.decision.receipt_document import ReceiptDocument

    document = ReceiptDocument.model_validate(orjson.loads(receipt.body))
    show(session, explain(document, session.lang, ruleset=decider.ruleset if decider else None), document)
    return 0


def _read(data: bytes) -> Any:
    """The JSON of facts. Raises `InvalidFacts`."""
    if len(data) > LARGEST:
        raise InvalidFacts([Gap("", "json-too-large", "", {"limit": str(LARGEST)})])
    try:
        return read_json(data)
    except BadJSON as bad:
        raise InvalidFacts([Gap("", bad.code, "", bad.params)]) from None


def _refuse(session: Session, invalid: InvalidFacts) -> int:
    """A problem document for machines, sentences for people."""
    if not session.for_people:
        session.answer(invalid.problem(session.lang))
    if not session.json:
        session.note(session.say("提交的内容需要补正：", "The submission needs corrections:"))
        for gap in invalid.gaps:
            session.note(f"  {gap.path + ': ' if gap.path else ''}{gap.message(session.lang)}")
    return 2


def _decide_lines(session: Session, in_force: InForce, path: str) -> int:
    try:
        with Path(path).open("rb") as file:
            return _decide_each(session, in_force, file)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unreadable(path, error) from None


def _decide_each(session: Session, in_force: InForce, file: BinaryIO) -> int:
    bad = False
    size = os.fstat(file.fileno()).st_size
    hidden = session.json or sys.stdout.isatty() or not sys.stderr.isatty()
    with click.progressbar(length=size, file=sys.stderr, hidden=hidden) as progress:
        for number, line in _lines(file):
            progress.update(len(line))
            try:
                answer = in_force.receipt(_read(line))[0].body
            except InvalidFacts as invalid:
                bad = True
                problem = invalid.problem(session.lang)
                answer = orjson.dumps({"line": number, "error": problem["detail"], "problem": problem})
            session.write(answer + b"\n")
    return 1 if bad else 0


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, by number from 1; one too long is cut where it becomes too long."""
    number = 0
    while line := file.readline(LARGEST + 2):
        number += 1
        if not line.endswith(b"\n"):
            while (rest := file.readline(LARGEST)) and not rest.endswith(b"\n"):
                continue
        if line.strip():
            yield number, line
