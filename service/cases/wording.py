"""What the hall's pages call the states of a case, outcomes, and the fields that the rules name but do not label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from service.cases.models import TimelineEntry
from service.web.assets import icon_named
from service.web.translation import mark


@dataclass(frozen=True, slots=True)
class Status:
    """`tone`: pass, fail, wait or calm, as the theme colours them. `headline`: what the page of the case says first."""

    label: str
    headline: str
    tone: str
    icon_name: str


STATUSES: Mapping[str, Status] = {
    "approved": Status(mark("已批准"), mark("已批准"), "pass", icon_named("circle-check")),
    "rejected": Status(mark("不予批准"), mark("不予批准"), "fail", icon_named("circle-x")),
    "in_review": Status(mark("人工审批中"), mark("已转人工审批"), "wait", icon_named("user-search")),
    "awaiting_evidence": Status(mark("等待核验"), mark("正在等待核验结果"), "wait", icon_named("clock-hour-4")),
    "awaiting_supplement": Status(mark("待补正"), mark("请补充材料"), "wait", icon_named("file-pencil")),
    "under_appeal": Status(mark("申诉中"), mark("申诉已受理"), "wait", icon_named("message-report")),
    "withdrawn": Status(mark("已撤回"), mark("申请已撤回"), "calm", icon_named("arrow-back-up")),
    "lapsed": Status(mark("已失效"), mark("逾期未补正，申请已失效"), "calm", icon_named("clock-x")),
    "revoked": Status(mark("已撤销"), mark("批准已撤销"), "fail", icon_named("ban")),
}
REVOKING = Status(mark("已批准，可能撤销"), mark("已批准，正在办理撤销程序"), "wait", icon_named("gavel"))
"""While a revocation of the approval is under way."""
APPEAL_WITHDRAWN = Status(mark("已撤回"), mark("申诉已撤回，原决定不变"), "calm", icon_named("arrow-back-up"))
"""Of a case that was withdrawn while it was under appeal."""
UNNAMED = Status(mark("办理中"), mark("办理中"), "calm", icon_named("dots-circle-horizontal"))


NEXT: Mapping[str, str] = {
    "awaiting_evidence": mark("有的登记机关还没有回应。结果一到就自动决定，不用重复提交。"),
    "awaiting_supplement": mark("请按审批人的要求补正，补正期间不计算办理时限。"),
    "under_appeal": mark("由另一位审批人复核，结果会在这里告诉您。"),
    "withdrawn": mark("这份申请不再办理，可以重新申请。"),
    "lapsed": mark("这份申请不再办理，可以重新申请。"),
    "revoked": mark("对撤销不服的，可以申请行政复议或者提起行政诉讼。"),
}
"""What comes next, where it is not what the decision itself says."""
SPEAK = mark("批准目前仍然有效。作出结论之前，您可以陈述、申辩，也可以要求听证。")
CONCLUDING = mark("批准目前仍然有效。结论作出后会告诉您。")
"""What comes next while a revocation is under way: as long as its holder may speak, and afterwards."""
AFTER_APPEAL = mark(
    "不能再次申诉。情况有变化或者材料补齐后，可以重新申请。对原决定不服的，仍可以自知道原决定之日起60日内申请行政复议，或者6个月内向人民法院提起行政诉讼。"
)
"""The same where an appeal was withdrawn or refused: what the refusal told of, but for the appeal."""


@dataclass(frozen=True, slots=True)
class Outcome:
    tone: str
    icon_name: str
    label: str


OUTCOMES: dict[str, Outcome] = {
    "pass": Outcome("pass", icon_named("check"), mark("符合")),
    "fail": Outcome("fail", icon_named("x"), mark("不符合")),
    "unknown": Outcome("wait", icon_named("question-mark"), mark("未能核实")),
    "committed": Outcome("calm", icon_named("signature"), mark("已承诺")),
    "looked-at": Outcome("wait", icon_named("user-search"), mark("由人工核对")),
}
WAITING: dict[str, Outcome] = {**OUTCOMES, "looked-at": Outcome("wait", icon_named("clock-hour-4"), mark("等待核验"))}
"""While a case waits for a register, and no person has it."""
NO_APPEAL: Mapping[str, str] = {
    "not-allowed-now": mark("这个办件现在不能申诉。"),
    "appeal-too-late": mark("申诉期限已过，不能再申诉。"),
    "appealed-before": mark("已经申诉并复核过，不能再次申诉。"),
    "case-open": mark("您在这个情形下有在办的办件，它办结后才能申诉。"),
}
"""Why there can be no appeal, by the problem's code."""


def appeal_was_withdrawn(entries: Sequence[TimelineEntry]) -> bool:
    """Whether the case was withdrawn while it was under appeal: then the decision stands."""
    return [status for status, _ in groupby(each.status for each in entries)][-2:] == ["under_appeal", "withdrawn"]


MOVES: Mapping[str, str] = {
    "submitted": mark("申请已提交"),
    "source-returned": mark("查到核验结果，重新决定"),
    "source-silent": mark("核验一直没有结果，交给审批人"),
    "supplement-requested": mark("审批人要求补正"),
    "supplemented": mark("补正已提交"),
    "withdrawn": mark("申请人撤回"),
    "appealed": mark("提出申诉"),
    "lapsed": mark("逾期未补正，申请失效"),
    "approved": mark("审批人批准"),
    "rejected": mark("审批人决定不予批准"),
    "procedure-started": mark("特别程序开始"),
    "procedure-ended": mark("特别程序结束"),
    "revocation-started": mark("启动撤销程序"),
    "revocation-answered": mark("当事人陈述意见"),
    "revocation-heard": mark("举行听证"),
    "revocation-dropped": mark("撤销程序终止"),
    "revoked": mark("撤销批准"),
}
"""What happened to a case, by the kind of its timeline's entry; one that is not here is told by its status."""
OF_REVOCATION = ("revocation-started", "revocation-answered", "revocation-heard")
"""What happens to an approved case while it is not certain that it stays so."""
_FIELDS: Mapping[str, str] = {
    "name": mark("姓名"),
    "id_number": mark("身份证号码"),
    "number": mark("号码"),
    "relation": mark("关系"),
    "phone": mark("电话"),
    "on": mark("日期"),
    "kind": mark("种类"),
    "repaired": mark("已修复"),
    "starts_on": mark("开始日期"),
    "points": mark("记分"),
    "state": mark("状态"),
    "level": mark("学历层次"),
    "mode": mark("学习形式"),
}


def field_label(name: str) -> str:
    """Of a field in a list's rows; its own name where there is none."""
    return _FIELDS.get(name, name)
