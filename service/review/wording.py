"""What the workbench calls queues, the states of a case, what happened to a case, how evidence stands, and why it came to a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from service.cases.wording import MOVES as SHOWN_MOVES
from service.cases.wording import STATUSES as SHOWN_STATUSES
from service.cases.wording import Status
from service.web.translation import mark

QUEUES: Mapping[str, str] = {
    "general": mark("综合"),
    "spot-check": mark("抽查复核"),
    "identity": mark("身份核对"),
    "life-status": mark("生存核查"),
    "assistance": mark("社会救助"),
    "credit": mark("信用核查"),
    "employment": mark("就业"),
    "insurance": mark("社会保险"),
    "resettlement": mark("安置"),
    "second-look": mark("复核"),
    "talent": mark("人才"),
    "market-entry": mark("市场准入"),
    "name": mark("名称核准"),
    "scope": mark("经营范围"),
    "overdue": mark("超过期限"),
    "food": mark("食品"),
    "hygiene": mark("公共卫生"),
    "admission": mark("入学"),
    "background": mark("背景核查"),
    "residence": mark("居住登记"),
    "hukou": mark("户籍"),
    "assessment": mark("残疾评定"),
    "site-check": mark("现场核查"),
    "legal-aid": mark("法律援助"),
}
"""By the id of the catalogue; one that is not here is shown by its id."""

_STATES = {
    "in_review": mark("等审批人办理"),
    "awaiting_supplement": mark("等申请人补正"),
    "awaiting_evidence": mark("等核验结果"),
    "withdrawn": mark("申请人撤回"),
}
STATUSES: Mapping[str, Status] = {
    name: replace(shown, label=_STATES[name]) if name in _STATES else shown for name, shown in SHOWN_STATUSES.items()
}
"""The states of a case, as its approvers are told."""

MOVES: Mapping[str, str] = {
    **SHOWN_MOVES,
    "claimed": mark("已领取"),
    "released": mark("已退回队列"),
    "transferred": mark("已转办"),
    "handed-over": mark("由负责人移交"),
    "decision-proposed": mark("提出决定，等待第二人复核"),
    "sent-back": mark("复核人退回"),
}
"""What happened to a case, as its approvers are told."""

PROBLEMS: Mapping[str, str] = {
    "unavailable": mark("没有取得回应"),
    "key-unknown": mark("不知道向谁查询"),
    "several": mark("查到不止一份"),
    "signature": mark("签名无效"),
    "holder": mark("持有人不符"),
    "dates": mark("日期有误"),
    "status": mark("状态不明"),
    "not-begun": mark("尚未生效"),
    "not-fresh": mark("不够新"),
}
"""Why evidence cannot be relied on."""

LICENCE_STATUSES: Mapping[str, str] = {
    "valid": mark("有效"),
    "suspended": mark("暂停"),
    "revoked": mark("撤销"),
    "cancelled": mark("注销"),
    "expired": mark("过期"),
    "transferred": mark("转让"),
    "none": mark("查无此证或记录"),
}

SOURCE_REASONS: Mapping[str, str] = {
    "timed-out": mark("对方超时"),
    "unreachable": mark("连接不上对方"),
    "down": mark("对方停机"),
    "refused": mark("对方拒绝"),
    "circuit-open": mark("对方连续失败，暂停查询"),
    "deadline": mark("超过总时限"),
    "malformed": mark("回应格式不对"),
    "bad-signature": mark("签名无效"),
    "unknown-key": mark("签名密钥不明"),
    "untrusted-issuer": mark("签发机关不可信"),
    "wrong-type": mark("证照类型不符"),
    "wrong-holder": mark("持有人号码不符"),
    "wrong-name": mark("持有人姓名不符"),
    "stale": mark("回应过时"),
    "no-ground": mark("没有查询依据"),
    "failed": mark("查询失败"),
}
RESULTS: Mapping[str, str] = {"answered": mark("已回应"), "none": mark("查无记录"), "unavailable": mark("没有取得")}

CAUSES: Mapping[str, str] = {
    "no-ruleset": mark("这一情形没有自动决定的规则"),
    "ruleset-stopped": mark("规则已停用，由人工决定"),
}
"""Why a case came to a person, where no condition says it."""

UNVEILING: Mapping[str, str] = {
    "original": mark("核对证件原件"),
    "telephone": mark("电话核实身份"),
    "alike": mark("比对有相同之处的办件"),
    "register": mark("向登记机关人工查询"),
    "request": mark("依法答复查询"),
}
"""Why somebody has to see whole identity numbers."""
BY: Mapping[str, str] = {
    "licence": mark("证照"),
    "check": mark("数据核验"),
    "upload": mark("上传"),
    "earlier": mark("以前上传过"),
    "commitment": mark("告知承诺"),
}
"""What a material is met by."""
MATERIAL_STATES: Mapping[str, tuple[str, str]] = {
    "met": (mark("已具备"), "pass"),
    "unmet": (mark("缺少"), "fail"),
    "unknown": (mark("未能核实"), "wait"),
    "unneeded": (mark("不需要"), "calm"),
}
"""With the tone."""
