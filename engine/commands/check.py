"""`miaopi check`: reads rulesets, fragments, cases, evidence types and the catalogue, and says what is wrong with each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import click

from engine.assurance.cases import cases_beside, read_cases, term_of
from engine.commands.command import Command
from engine.commands.session import Language, Misuse, Session, unreadable
from engine.ruleset.checking import check_ruleset
from engine.ruleset.document import read_document
from engine.ruleset.evidence_types import EVIDENCE_TYPES, EvidenceTypes
from engine.ruleset.findings import Finding, Place, Refused, in_order
from engine.ruleset.loading import COMMON, EVIDENCE_FILE, Rules, day_of, load, versions
from engine.ruleset.model import Ruleset
from engine.starter import CATALOGUE

CASES = ".cases.yaml"


def command(lang: Language) -> click.Command:
    zh = lang == "zh"
    return Command(
        lang, "check", check, params=[click.Argument(["paths"], nargs=-1, metavar="[PATH…]")],
        example="miaopi check\nmiaopi check rules/senior-allowance/2019-10-01.yaml",
        help="检查规则、片段、用例、evidence.yaml 和 matters.yaml，逐条列出问题；不写 PATH 则检查全部。只有警告时以 0 退出。"
        if zh else "Checks rulesets, fragments, cases, evidence.yaml and matters.yaml, all of them unless PATH is given. "
        "Warnings alone exit 0.",
    )


def check(session: Session, paths: Sequence[str]) -> int:
    checking = _Checking(session)
    folders = [rules for path in paths for rules in _rules_of(Path(path))] if paths else [session.rules]
    for rules in folders:
        checking.names(rules)
    files = list(dict.fromkeys(each for path in paths for each in _files(Path(path)))) if paths else _everything(session)
    for file in files:
        checking.file(file)
    findings = in_order(dict.fromkeys(checking.findings))
    errors = sum(each.severity == "error" for each in findings)
    if session.json:
        session.answer({"findings": [each.as_json(session.lang) for each in findings]})
    else:
        for each in findings:
            _print(session, each)
        session.note(session.say(
            f"检查了{len(files)}个文件：{errors}处错误，{len(findings) - errors}处警告",
            f"{len(files)} files checked: {errors} errors, {len(findings) - errors} warnings",
        ))
    return 1 if errors else 0


def _print(session: Session, finding: Finding) -> None:
    from rich.text import Text

    line = Text(finding.line(session.lang))
    line.highlight_words([f" {finding.code} "], "red" if finding.severity == "error" else "yellow")
    session.out.print(line, soft_wrap=True)


def _everything(session: Session) -> list[Path]:
    catalogue = [session.catalogue] if session.catalogue else []
    files = [*_of_rules(session.rules), *catalogue]
    if not files:
        folder = session.rules.folder
        raise Misuse(f"{folder} 里没有规则", f"there are no rules in {folder}")
    return files


def _of_rules(rules: Rules) -> Iterator[Path]:
    evidence = rules.folder / EVIDENCE_FILE
    if evidence.is_file():
        yield evidence
    yield from rules.paths()
    yield from sorted((*rules.folder.glob(f"*/*{CASES}"), *rules.folder.glob(f"common/*/*{CASES}")))


def _files(path: Path) -> Iterable[Path]:
    """The files that a PATH stands for."""
    if not path.is_dir():
        return [path]
    if (path / CATALOGUE).is_file():
        return [*_of_rules(Rules(path / "rules")), path / CATALOGUE]
    found = [each for each in sorted(path.rglob("*.yaml")) if not any(part[0] == "." for part in each.relative_to(path).parts)]
    if not found:
        raise Misuse(f"{path} 里没有 YAML 文件", f"there are no YAML files in {path}")
    return found


def _rules_of(path: Path) -> Iterator[Rules]:
    """The rules folder that a PATH is, or has."""
    for folder in (path, path / "rules"):
        if (folder / EVIDENCE_FILE).is_file():
            yield Rules(folder)


class _Checking:
    """What has been found, and the rulesets read on the way."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.findings: list[Finding] = []
        self.read: dict[Path, tuple[Ruleset, ...]] = {}

    def file(self, path: Path) -> None:
        try:
            if path.name.endswith(CASES):
                self.cases(path)
            elif path.name == EVIDENCE_FILE:
                _evidence_types(path)
            elif path.name == CATALOGUE:
                self.catalogue(path)
            else:
                self.rulesets(path)
        except Refused as refused:
            self.findings.extend(refused.findings)
        except OSError as error:
            raise unreadable(str(path), error) from None

    def names(self, rules: Rules) -> None:
        """Files that never come into force, for their names are no days."""
        found = (*rules.paths(), *rules.folder.glob("*/*.yml"), *rules.folder.glob(f"{COMMON}/*/*.yml"))
        for path in found:
            if path.suffix != ".yaml" or day_of(path) is None:
                self.findings.append(Finding(Place(str(path), 1, 1), "bad-file-name", {"name": path.name}))

    def rulesets(self, path: Path) -> tuple[Ruleset, ...]:
        """The file with the fragments of each day on which they change. Raises `Refused`."""
        if path not in self.read:
            days: Sequence[date | None] = versions(path) or (None,)
            checked = [check_ruleset(load(path, day)) for day in days]
            self.findings.extend(warning for each in checked for warning in each.warnings)
            self.read[path] = tuple(each.ruleset for each in checked)
        return self.read[path]

    def cases(self, path: Path) -> None:
        beside = path.with_name(path.name.removesuffix(CASES) + ".yaml")
        if not beside.is_file():
            self.findings.append(Finding(Place(str(path), 1, 1), "cases-alone", {"name": beside.name}))
            return
        rulesets = self.rulesets(beside)
        read_cases(cases_beside(beside), rulesets, term_of(beside, rulesets[0]))

    def catalogue(self, path: Path) -> None:
        from engine.catalogue import check as check_catalogue
        from engine.catalogue import needs_of, read_catalogue
        from engine.catalogue.checking import Needs

        catalogue = read_catalogue(str(path), path.read_bytes())
        beside = Rules(path.parent / "rules")
        rules = self.session.rules if self.session.rules_folder or not beside.folder.is_dir() else beside
        needs = {}
        for name in rules.ids():
            try:
                needs[name] = needs_of(self.rulesets(rules.files(name)[-1].path)[-1])
            except Refused:
                needs[name] = Needs()
        evidence = rules.folder / EVIDENCE_FILE
        types = _evidence_types(evidence) if evidence.is_file() else None
        known = (types.licences, types.checks) if types else ((), ())
        self.findings.extend(check_catalogue(catalogue, needs, *known))


def _evidence_types(path: Path) -> EvidenceTypes:
    return EVIDENCE_TYPES.read(read_document(str(path), path.read_bytes()))
