"""`miaopi test`: runs the cases beside rulesets and fragments, and says what no case has shown."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from engine.assurance.running import CaseReport, CaseResult, joined, run_cases
from engine.commands.command import Command
from engine.commands.session import Language, Misuse, Session, unreadable
from engine.language.nearest import nearest
from engine.ruleset.findings import Finding, Refused
from engine.ruleset.loading import COMMON


def command(lang: Language) -> click.Command:
    zh = lang == "zh"
    return Command(
        lang, "test", test,
        params=[
            click.Argument(["rulesets"], nargs=-1, metavar="[RULESET…]"),
            click.Option(
                ["--no-coverage"], is_flag=True,
                help="不因用例没有覆盖而失败" if zh else "What the cases leave unseen is no failure",
            ),
        ],
        example="miaopi test\nmiaopi test senior-allowance --no-coverage",
        help="运行规则和片段旁的用例，并查看覆盖。RULESET 是规则的标识或文件的路径；不写则运行全部。用例失败或覆盖不全以 1 退出。"
        if zh else "Runs the cases beside rulesets and fragments, with coverage. RULESET is an id, or the path of a file; all of "
        "them unless given. A failed case, or missing coverage, exits 1.",
    )


def test(session: Session, rulesets: Sequence[str], no_coverage: bool) -> int:
    files = [path for name in rulesets for path in _files(session, name)] if rulesets else list(session.rules.paths())
    if not files:
        raise Misuse(f"{session.rules.folder} 里没有规则", f"there are no rules in {session.rules.folder}")
    reports = []
    findings: list[Finding] = []
    with click.progressbar(files, file=sys.stderr, hidden=session.json or not sys.stderr.isatty()) as progress:
        for path in progress:
            try:
                reports.append(_run(path))
            except Refused as refused:
                findings.extend(refused.findings)
    report = joined(reports)
    if session.json:
        refusals = {"findings": [each.as_json(session.lang) for each in findings]} if findings else {}
        session.answer({**report.as_json(), **refusals})
    else:
        for each in dict.fromkeys(findings):
            session.out.print(each.line(session.lang), soft_wrap=True)
        _print(session, report)
    return 0 if not findings and report.passed and (no_coverage or report.covered) else 1


def _files(session: Session, name: str) -> list[Path]:
    """The files that a RULESET stands for: all dated files of an id, fragments by `common/<id>`."""
    path = Path(name)
    if path.is_file():
        return [path]
    folder, id_ = session.rules.folder / path.parent, path.name
    found = [each for each in session.rules.paths() if each.parent == folder / id_]
    if found:
        return found
    near = nearest(name, (*session.rules.ids(), *(f"{COMMON}/{each.parent.name}" for each in session.rules.paths())))
    raise Misuse(
        f"没有规则 {name}" + (f"，是否为 {near}？" if near else ""),
        f"there is no ruleset {name}" + (f"; did you mean {near}?" if near else ""),
    )


def _run(path: Path) -> CaseReport:
    try:
        return run_cases(path)
    except OSError as error:
        raise unreadable(str(path), error) from None


def _print(session: Session, report: CaseReport) -> None:
    from rich.table import Table

    failed = [each for each in report.cases if not each.passed]
    for each in failed:
        session.out.print(session.say("未通过", "failed"), style="red", end=" ")
        session.out.print(f"{each.ruleset}: {each.name}", soft_wrap=True)
        for name, expected, got in _differing(each):
            session.out.print(session.say(f"    {name}：应为 {expected}，得到 {got}", f"    {name}: {expected} expected, {got} got"),
                              soft_wrap=True)
    if report.coverage:
        table = Table(session.say("规则", "ruleset"), session.say("条件或表", "condition or table"),
                      session.say("用例没有见过", "never seen"), box=None, pad_edge=False)
        for unseen in report.coverage:
            table.add_row(unseen.ruleset, unseen.name, ", ".join(unseen.never_seen))
        session.out.print(table)
    count = len(report.cases)
    session.out.print(session.say(
        f"{count}个用例，{len(failed)}个未通过；{len(report.coverage)}处没有覆盖",
        f"{count} cases, {len(failed)} failed; {len(report.coverage)} gaps in coverage",
    ), style="red" if failed else None)


def _differing(case: CaseResult) -> list[tuple[str, str, str]]:
    names = [name for name in {**case.expected, **case.got} if case.expected.get(name) != case.got.get(name)]
    return [(name, _text(case.expected.get(name)), _text(case.got.get(name))) for name in names]


def _text(value: Any) -> str:
    return "—" if value is None else orjson.dumps(value).decode()


