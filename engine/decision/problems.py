"""What can be wrong with submitted facts: gaps, each beside its field, and their text in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to put right. `path` is where it stands: `form.members[2].age`; `label` is what the applicant sees."""

    path: str
    code: str
    label: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def message(self, lang: Language) -> str:
        zh, en = MESSAGES[self.code]
        return (zh if lang == "zh" else en).format_map({"label": self.label or self.path, **self.params})

    def as_json(self, lang: Language) -> dict[str, str]:
        return {"path": self.path, "code": self.code, "message": self.message(lang)}


class InvalidFacts(Exception):
    """Facts that cannot be decided on, with every gap at once; never empty."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        super().__init__(", ".join(f"{gap.path}: {gap.code}" for gap in gaps))
        self.gaps = tuple(gaps)

    def problem(self, lang: Language) -> dict[str, Any]:
        """The problem details document of RFC 9457."""
        return {
            "type": "urn:miaopi:problem:invalid-facts",
            "title": "提交的内容需要补正" if lang == "zh" else "The submission needs corrections",
            "status": 422,
            "detail": "；".join(g.message(lang) for g in self.gaps[:5])
            if lang == "zh"
            else "; ".join(g.message(lang) for g in self.gaps[:5]),
            "gaps": [gap.as_json(lang) for gap in self.gaps],
        }


MESSAGES: dict[str, tuple[str, str]] = {
    "json-not-utf8": ("内容不是 UTF-8 编码（第 {position} 个字节）", "not UTF-8 (at byte {position})"),
    "json-syntax": ("不是正确的 JSON（第 {line} 行第 {column} 列）", "not valid JSON (line {line}, column {column})"),
    "json-too-large": ("内容超过 {limit} 字节", "more than {limit} bytes"),
    "json-too-deep": ("JSON 嵌套超过 {limit} 层", "JSON nested more than {limit} deep"),
    "json-duplicate": ("JSON 中的名称“{name}”重复", "the name “{name}” stands twice in the JSON"),
    "json-name": ("名称“{name}”含有基本平面以外的字符", "the name “{name}” has a character beyond the basic plane"),
    "json-number": ("数字超过 {limit} 位", "a number of more than {limit} digits"),
    "json-constant": ("{name} 不是 JSON 数字", "{name} is no JSON number"),
    "json-surrogate": ("文字里有不成对的代理字符", "the text has a lone surrogate"),
    "missing": ("请填写{label}", "{label} is missing"),
    "unknown-fact": ("没有“{name}”这一项", "there is no fact “{name}”"),
    "unknown-fact-near": ("没有“{name}”这一项，是否为“{near}”？", "there is no fact “{name}”; did you mean “{near}”?"),
    "not-object": ("{label}应为 JSON 对象", "{label} must be a JSON object"),
    "not-list": ("{label}应为列表", "{label} must be a list"),
    "not-text": ("{label}应为文字", "{label} must be text"),
    "not-boolean": ("{label}应为 true 或 false", "{label} must be true or false"),
    "not-integer": ("{label}应为整数", "{label} must be a whole number"),
    "not-number": ("{label}应为数字", "{label} must be a number"),
    "not-money": ("{label}应为金额，最多两位小数", "{label} must be an amount with at most two places"),
    "not-date": ("{label}应为日期，如 2026-05-01", "{label} must be a day such as 2026-05-01"),
    "not-resident-id": ("{label}不是有效的居民身份证号码", "{label} is not a valid resident identity number"),
    "not-uscc": ("{label}不是统一社会信用代码", "{label} is not a unified social credit code"),
    "not-phone": ("{label}不是有效的电话号码", "{label} is not a valid telephone number"),
    "not-choice": ("{label}只能是：{choices}", "{label} must be one of: {choices}"),
    "pattern": ("{label}的格式不对", "{label} is not in the right form"),
    "too-long": ("{label}超过 {limit} 个字", "{label} has more than {limit} characters"),
    "too-few": ("{label}至少要 {limit} 项", "{label} needs at least {limit} entries"),
    "too-many": ("{label}最多 {limit} 项", "{label} may have at most {limit} entries"),
    "after-today": ("申请日期不能晚于今天", "the day of application cannot be after today"),
    "draw-range": ("case.draw 应为 0 到 100 之间的数（不含 100）", "case.draw must be from 0 to below 100"),
    "not-to-judge": ("“{name}”的结果是确定的，不能由人判断；事实有误的，请更正事实",
                     "“{name}” is certain and is not a person's to judge; correct the facts if they are wrong"),
    "judged-twice": ("“{name}”判断了两次", "“{name}” is judged twice"),
    "material-missing": ("请上传“{name}”（{formats}）", "please upload “{name}” ({formats})"),
    "material-lapsed": (
        "您的“{name}”电子证照已失效，请上传现在有效的（{formats}）",
        "your electronic “{name}” is no longer in force; please upload one that is ({formats})"),
    "material-promise": ("请就“{name}”作出承诺：{words}", "please make the promise for “{name}”: {words}"),
    "material-upload-or-promise": (
        "请上传“{name}”（{formats}），或者作出承诺：{words}", "please upload “{name}” ({formats}), or promise: {words}"),
    "material-unknown": ("这个情形没有材料“{name}”", "this situation has no material “{name}”"),
    "material-not-uploadable": ("“{name}”不需要上传", "“{name}” is not to be uploaded"),
    "material-no-promise": ("“{name}”不能以承诺代替", "no promise can stand in for “{name}”"),
    "upload-unknown": ("“{name}”：没有这份上传的材料", "“{name}”: there is no such upload"),
    "upload-format": ("“{name}”只接受：{formats}", "“{name}” is taken as {formats} only"),
    "upload-too-old": ("“{name}”：这份材料上传得太早，请重新上传", "“{name}”: this upload is too old; please upload it anew"),
    "material-twice": ("材料“{name}”写了两次", "the material “{name}” is given twice"),
}
