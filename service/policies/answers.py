"""Rows of policies as the answers that go out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import orjson
from sqlmodel import Session

from engine.assurance.running import CaseReport
from engine.ruleset.findings import Finding
from service.accounts.actions import Caller, names_of, persons_of
from service.policies import store
from service.policies.models import Checked, Draft, DraftSummary, FindingAnswer, Job
from service.policies.tables import DraftRow, JobRow
from service.problems import Language


def finding(found: Finding, lang: Language) -> FindingAnswer:
    near = found.params.get("near")
    return FindingAnswer(
        path=found.place.path, line=found.place.line, column=found.place.column, code=found.code, severity=found.severity,
        message=found.message(lang), messages={"zh": found.message("zh"), "en": found.message("en")},
        near=near if isinstance(near, str) and near else None,
    )  # fmt: skip


def checked(findings: Collection[Finding], lang: Language) -> Checked:
    errors = sum(each.severity == "error" for each in findings)
    return Checked(findings=[finding(each, lang) for each in findings], errors=errors, warnings=len(findings) - errors)


def draft(session: Session, row: DraftRow, caller: Caller) -> Draft:
    writers = store.writers(session, row.ruleset, row.effective)
    names = names_of(session, {*writers, row.changed_by})
    own = caller.person in persons_of(session, writers)
    return Draft(
        **row.model_dump(exclude={"text", "cases", "changed_by"}), text=row.text.decode(), cases=row.cases.decode(),
        changed_by=names.get(row.changed_by), writers=[names[each] for each in writers],
        may_publish=row.state == "submitted" and caller.writes_policies and not own,
    )  # fmt: skip


def draft_summaries(rows: Iterable[DraftRow], names: Mapping[int, str]) -> list[DraftSummary]:
    return [
        DraftSummary(
            ruleset=each.ruleset, effective=each.effective, version=each.version, state=each.state,  # type: ignore[arg-type]
            changed_by=names.get(each.changed_by), changed_at=each.changed_at,
        )
        for each in rows
    ]  # fmt: skip


def job(row: JobRow, lang: Language) -> Job:
    """Findings of a report are kept in both languages, and told in one."""
    report: dict[str, Any] | None = None if row.report is None else orjson.loads(row.report)
    if report and "findings" in report:
        report["findings"] = [{**each, "message": each["messages"][lang]} for each in report["findings"]]
    return Job(**row.model_dump(include=set(Job.model_fields) - {"report"}), report=report)


def report_of(found: CaseReport | Iterable[Finding]) -> str:
    """To be kept: what cases showed, or why they could not be run."""
    told = found.as_json() if isinstance(found, CaseReport) else {
        "findings": [finding(each, "zh").model_dump() for each in found]
    }
    return orjson.dumps(told).decode()
