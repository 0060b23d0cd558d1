"""Texts that approvers choose from when they ask for a supplement or give their reason, in both languages and in versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from service import audit
from service.accounts.actions import Caller
from service.problems import Problem
from service.review import store
from service.review.models import NewTemplate, Template
from service.review.tables import ReasonTemplateRow
from service.state import Service

_SEED = (
    ("account-unclear", "supplement", "收款账户信息不清楚，请核对账号并重新填写。",
     "The bank account is not clear. Please check the number and enter it again."),
    ("household-proof", "supplement", "请补充户口簿首页和本人页，或说明户籍迁移情况。",
     "Please add the first page and your own page of the household register, or explain when you moved."),
    ("identity-unclear", "supplement", "登记的姓名或证件号码与您填写的不一致，请说明或补充证明。",
     "The registered name or number differs from yours. Please explain, or add proof."),
    ("material-unreadable", "supplement", "上传的材料看不清，请重新拍照或扫描后上传。",
     "What you uploaded cannot be read. Please photograph or scan it again."),
    ("material-missing", "supplement", "缺少必要的申请材料，请按办事指南补齐。",
     "Necessary materials are missing. Please add what the guide asks for."),
    ("verified-by-phone", "approve", "已电话核实，符合条件。", "Confirmed by telephone; the conditions are met."),
    ("verified-original", "approve", "已核对原件，符合条件。", "Compared with the original; the conditions are met."),
    ("condition-not-met", "reject", "经核实，不符合规定的条件。", "On examination the conditions are not met."),
)  # fmt: skip


def seed(session: Session, now: datetime) -> None:
    """The texts that a new database starts with; leaves those that are there."""
    if store.latest_template(session, _SEED[0][0]) is None:
        session.add_all(ReasonTemplateRow(id=id_, version=1, kind=kind, zh=zh, en=en, at=now) for id_, kind, zh, en in _SEED)


def templates_for(service: Service, caller: Caller) -> list[Template]:
    """Everybody's and those of the caller's department."""
    with service.database.reading() as session:
        rows = store.templates(session, caller.department)
    return [Template.model_validate(each.model_dump(include=set(Template.model_fields))) for each in rows]


def add_template(service: Service, caller: Caller, new: NewTemplate) -> Template:
    """A new text of the head's department, or a new version of one. Raises `Problem`."""
    now = service.now()

    def work(session: Session) -> Template:
        last = store.latest_template(session, new.id)
        if last is not None and last.department != caller.department:
            raise Problem("unknown-template")  # everybody's, or another department's
        row = ReasonTemplateRow(
            id=new.id, version=1 if last is None else last.version + 1, department=caller.department, kind=new.kind, zh=new.zh, en=new.en,
            retired=new.retired, at=now, account_id=caller.id,
        )  # fmt: skip
        session.add(row)
        audit.record(session, now, caller, "review-template.added")
        return Template.model_validate(row.model_dump(include=set(Template.model_fields)))

    return service.database.write(work)


def words_of(service: Service, caller: Caller, chosen: Sequence[str], own: str | None) -> str:
    """The texts that were chosen and the approver's own words, as the applicant reads them. Raises `Problem`."""
    offered = {each.id: each for each in templates_for(service, caller)}
    if any(id_ not in offered for id_ in chosen) or not (chosen or own):
        raise Problem("unknown-template")
    return "\n".join([*(offered[id_].zh for id_ in chosen), *([own] if own else [])])
