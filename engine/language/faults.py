"""What can be wrong with an expression: a code, where in its text, and the words to say it with, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One defect; `at` are code point offsets in the expression's text; `code` is a key of `MESSAGES`."""

    code: str
    at: tuple[int, int]
    params: Mapping[str, str] = field(default_factory=dict)


class Faults(Exception):
    """An expression that cannot be used; never empty."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


MESSAGES: dict[str, tuple[str, str]] = {
    "syntax": ("这里不应出现 {found}", "unexpected {found} here"),
    "syntax-end": ("表达式没有写完", "the expression ends too early"),
    "character": ("表达式里不能用字符 {found}", "the character {found} cannot be used in an expression"),
    "operator": ("请用 {right} 代替 {found}", "write {right} instead of {found}"),
    "text-quotes": ("文字要放在双引号里，并且要成对", 'text goes in double quotes, one at each end: "深圳市"'),
    "full-width": ("表达式里请用半角符号：{right}", "use ASCII signs in expressions: {right}"),
    "chained-comparison": (
        "不能连写比较，请写 {right}",
        "comparisons cannot be chained; write {right}",
    ),
    "too-deep": ("表达式嵌套超过 {limit} 层", "the expression is nested more than {limit} deep"),
    "too-long": ("表达式超过 {limit} 个字符", "the expression has more than {limit} characters"),
    "number-digits": (
        "数字最多 15 位整数、10 位小数：{found}",
        "a number has at most 15 digits before the point and 10 after: {found}",
    ),
    "date-literal": ("没有这样的日期：{found}，请写 date(\"2026-01-01\")", 'no such date: {found}; write date("2026-01-01")'),
    "date-literal-argument": (
        "date 里要直接写日期，例如 date(\"2026-01-01\")",
        'date takes a written day, such as date("2026-01-01")',
    ),
    "dash": ("“-” 只能单独作为一格", "“-” stands alone in a cell"),
    "unknown-name": ("没有“{name}”这个名称", "there is no name “{name}”"),
    "unknown-name-near": ("没有“{name}”这个名称，是否想写“{near}”？", "there is no name “{name}”; did you mean “{near}”?"),
    "unknown-field": ("“{of}”没有“{name}”", "“{of}” has no “{name}”"),
    "unknown-field-near": ("“{of}”没有“{name}”，是否想写“{near}”？", "“{of}” has no “{name}”; did you mean “{near}”?"),
    "unknown-function": ("没有函数 {name}", "there is no function {name}"),
    "unknown-function-near": ("没有函数 {name}，是否想写 {near}？", "there is no function {name}; did you mean {near}?"),
    "function-without-call": ("{name} 是函数，请写 {name}(…)", "{name} is a function; write {name}(…)"),
    "name-not-value": ("“{name}”不是一个值，请写 {name}.…", "“{name}” is not a value by itself; write {name}.…"),
    "table-output": ("表“{name}”有多个输出，请写 {name}.{near}", "table “{name}” has several outputs; write {name}.{near}"),
    "variable-repeats": ("“{name}”已经是别的名称", "“{name}” is already a name"),
    "at-parameter": ("at 前面只能是参数名", "only a parameter may stand before “at”"),
    "expected-type": ("这里要 {expected}，而不是 {found}", "this must be {expected}, not {found}"),
    "compare-types": ("{left} 与 {right} 不能比较", "{left} and {right} cannot be compared"),
    "compare-order": ("{found} 只能用 =、!= 和 in", "{found} knows only =, != and in"),
    "arithmetic-types": ("{left} {operator} {right} 不能计算", "{left} {operator} {right} cannot be computed"),
    "text-plus": ("文字不能相加", "texts cannot be added; write them in a message"),
    "branches-differ": ("then 与 else 的类型不同：{left}、{right}", "“then” and “else” differ in type: {left} and {right}"),
    "elements-differ": ("列表元素的类型不同：{left}、{right}", "the elements of a list differ in type: {left} and {right}"),
    "empty-list": ("空列表没有类型", "an empty list has no type here"),
    "not-a-list": ("这里要列表，而不是 {found}", "a list is needed here, not {found}"),
    "range-place": ("范围只能写在 in 后面或表格里", "a range stands only after “in” or in a table cell"),
    "not-in-choices": ("“{value}”不在可选值里：{choices}", "“{value}” is not one of: {choices}"),
    "not-in-choices-near": (
        "“{value}”不在可选值里，是否想写“{near}”？",
        "“{value}” is not one of the values; did you mean “{near}”?",
    ),
    "identifier-literal": ("“{value}”不是有效的{expected}", "“{value}” is not a valid {expected}"),
    "literal-fen": ("金额最多两位小数：{value}", "money has at most two places: {value}"),
    "case-number": ("case.number 只能用在提示语里", "case.number may be used in messages only"),
    "case-draw": ("请用 sampled(…) 抽样", "use sampled(…) instead of case.draw"),
    "item-place": ("item 只能用在 […] 里", "item is used inside […] only"),
    "form-only": ("这里只能用 form 里的事实", "only facts of the form may be read here"),
    "evidence-key": ("这里只能写申请人以外的证件号码", "this must be an identifier of a person or organisation"),
    "negative": ("负号只能用于数字或金额", "a minus sign needs a number or money, not {found}"),
    "draw-percent": ("抽样比例要写 0 到 100 的数字", "the percentage must be written as a number from 0 to 100"),
    "list-in-cell": ("表格输入不能是列表", "a table input cannot be a list"),
    "records-compare": ("记录不能比较", "records cannot be compared"),
    "arguments": ("{signature}", "it is {signature}"),
}
