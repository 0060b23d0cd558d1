"""What the studio's pages call the states of rulesets and drafts, what happened to them, and what a refusal asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.web.assets import icon_named
from service.web.translation import mark


@dataclass(frozen=True, slots=True)
class State:
    """`tone`: pass, fail, wait or calm, as the theme colours them."""

    label: str
    tone: str
    icon_name: str


STATES: Mapping[str, State] = {
    "active": State(mark("生效中"), "pass", icon_named("circle-check")),
    "stopped": State(mark("已停用"), "fail", icon_named("player-pause")),
    "coming": State(mark("尚未生效"), "calm", icon_named("calendar-event")),
    "ended": State(mark("已到期"), "calm", icon_named("clock-x")),
    "draft": State(mark("尚未发布"), "wait", icon_named("file-pencil")),
}
"""Of a ruleset."""
DRAFTS: Mapping[str, State] = {
    "draft": State(mark("起草中"), "calm", icon_named("file-pencil")),
    "submitted": State(mark("待复核"), "wait", icon_named("user-search")),
    "published": State(mark("已发布"), "pass", icon_named("circle-check")),
}
CONCLUSIONS: Mapping[str, State] = {
    "approve": State(mark("批准"), "pass", icon_named("circle-check")),
    "reject": State(mark("不予批准"), "fail", icon_named("circle-x")),
    "review": State(mark("转人工"), "wait", icon_named("user-search")),
    "refused": State(mark("表单填写有误，不受理"), "calm", icon_named("file-x")),
}
OUTCOMES: Mapping[str, State] = {
    "pass": State(mark("符合"), "pass", icon_named("check")),
    "fail": State(mark("不符合"), "fail", icon_named("x")),
    "unknown": State(mark("未能核实"), "wait", icon_named("question-mark")),
    "committed": State(mark("已承诺"), "calm", icon_named("signature")),
}
EVENTS: Mapping[str, str] = {
    "imported": mark("随系统导入"),
    "renewed": mark("随系统升级重新发布"),
    "drafted": mark("修改草稿"),
    "submitted": mark("提交复核"),
    "published": mark("复核并发布"),
    "shadowed": mark("复核并开始影子运行"),
    "shadow-ended": mark("结束影子运行"),
    "roll-back-asked": mark("申请回退"),
    "rolled-back": mark("复核并回退"),
    "sent-back": mark("复核后退回"),
    "stopped": mark("停用"),
    "resumed": mark("恢复"),
    "withdrawn": mark("撤回未生效的版本"),
}
SECTIONS: Mapping[str, str] = {
    "ruleset": mark("标识"),
    "title": mark("标题"),
    "basis": mark("依据"),
    "dated_by": mark("按哪一天适用"),
    "include": mark("共用片段"),
    "form": mark("表单"),
    "evidence": mark("证照和核验"),
    "parameters": mark("参数"),
    "define": mark("定义"),
    "tables": mark("决策表"),
    "conditions": mark("条件"),
    "conclusions": mark("转人工的规则"),
    "grant": mark("给予内容"),
    "ends": mark("最后受理日"),
}
"""The sections of a ruleset's file."""
CHANGES: Mapping[str, State] = {
    "added": State(mark("新增"), "pass", icon_named("plus")),
    "removed": State(mark("已删除"), "fail", icon_named("trash")),
    "changed": State(mark("有改动"), "calm", icon_named("pencil")),
}
ADVICE: Mapping[str, str] = {
    "policy-refused": mark("到“编辑”一页，逐条改正列出的错误，保存后再提交。"),
    "cases-failed": mark("到“用例”一页看哪些没有通过：结果对的改写用例，结果不对的改规则。"),
    "coverage-missing": mark("到“用例”一页看还缺什么，用“试算”补上用例后再提交。"),
    "reason-missing": mark("写明核对过哪些条文、用例，为什么可以发布。"),
    "effective-past": mark("已经作出的决定不能改。请从规则页面另起一份今天或以后生效的草稿。"),
    "draft-submitted": mark("它正在等待复核，或者已经发布。这里是它最新的状态。"),
    "draft-not-submitted": mark("它还在起草，或者已经发布。这里是它最新的状态。"),
    "draft-changed": mark("请核对最新的内容后再操作。"),
    "own-draft": mark("请没有参与编写的另一位政策编写人复核并发布。"),
    "nothing-to-change": mark("可能已有同事操作过。这里是最新的状态。"),
    "invalid-request": mark("请核对填写的内容后再试。"),
    "unknown-case": mark("请核对办件编号。只能用本部门的办件试算。"),
}
"""What to do, by the code of what was refused."""
PHRASES: Mapping[str, str] = {
    "Find": "查找", "Replace": "替换为", "next": "下一个", "previous": "上一个", "all": "全部", "match case": "区分大小写",
    "by word": "整词", "regexp": "正则表达式", "replace": "替换", "replace all": "全部替换", "close": "关闭", "Go to line": "转到行",
    "go": "转到", "current match": "当前匹配", "on line": "位于行", "replaced $ matches": "替换了 $ 处",
    "replaced match on line $": "替换了第 $ 行的一处",
    "Folded lines": "折叠了", "Unfolded lines": "展开了", "to": "至", "folded code": "折叠的内容", "unfold": "展开", "Fold line": "折叠",
    "Unfold line": "展开", "Completions": "补全", "Diagnostics": "检查结果",
    "No diagnostics": "没有发现问题", "Control character": "控制字符",
}  # fmt: skip
"""What the editor says by itself, which is English, on a Chinese page."""

HITS: Mapping[str, str] = {
    "unique": mark("只能有一行命中，各行的次序不影响结果。"),
    "any": mark("可以有几行命中，但结果必须相同，各行的次序不影响结果。"),
    "first": mark("从上到下，第一个命中的行为准。"),
    "priority": mark("命中几行时，以优先的结果为准，各行的次序不影响结果。"),
    "rule-order": mark("命中的行都算，按各行的次序列出。"),
    "output-order": mark("命中的行都算，按结果的优先次序列出，各行的次序不影响结果。"),
    "collect": mark("命中的行都算，各行的次序不影响结果。"),
}
"""Which of a decision table's rows count."""
