"""The text of every finding about a cases file, in both languages; joins those of `engine.ruleset.messages`."""

from __future__ import annotations

from engine.ruleset.messages import MESSAGES

CASE_MESSAGES: dict[str, tuple[str, str]] = {
    "unknown-case": (
        "没有用例“{name}”|，是否想写：{near}？",
        "There is no case “{name}”|; did you mean: {near}?",
    ),
    "repeated-case": ("用例名称“{name}”已经用过", "There is already a case “{name}”"),
    "case-cycle": ("用例的 like 绕成了环：{route}", "These cases are like each other in a circle: {route}"),
    "case-not-in-force": (
        "{day} 这份规则不在有效期（{first} 至 {last}）内",
        "This file is not in force on {day}, only from {first} to {last}",
    ),
    "applied-after-on": (
        "applied_on（{applied_on}）不能晚于 on（{on}）",
        "applied_on ({applied_on}) cannot be after on ({on})",
    ),
    "refused-alone": (
        "写了 refused 就没有别的结果，请删去 {name}",
        "A refused case has no other result: delete {name}",
    ),
    "grant-without-approve": (
        "只有 approve 才给予内容，请删去 grant 或改写 conclusion",
        "Only an approval grants something: delete grant or change the conclusion",
    ),
}

MESSAGES.update(CASE_MESSAGES)
