"""What can be wrong with an expression: a code, where in its text, and the words to say it with, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Part = str | tuple[str, ...]
"""A named part of a text; several are a list, joined with the signs of the reader's language."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One defect; `at` are code point offsets in the expression's text; `code` is a key of `MESSAGES`."""

    code: str
    at: tuple[int, int]
    params: Mapping[str, Part] = field(default_factory=dict)


class Faults(Exception):
    """An expression that cannot be used; never empty."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


MESSAGES: dict[str, tuple[str, str]] = {
    "syntax": ("这里不应出现 {found}", "unexpected {found} here"),
    "syntax-end": ("表达式没有写完", "the expression ends too early"),
    "character": (
        '表达式里不能用“{found}”',
        '“{found}” cannot be used in an expression',
    ),
    "operator": ("请用 {right} 代替 {found}", "write {right} instead of {found}"),
    "text-quotes": (
        '文字前后都要有英文双引号，如 "深圳市"；这里的引号不成对，或是单引号',
        'text goes in double quotes, one at each end, as in "深圳市"; this one is single or alone',
    ),
    "full-width": (
        '表达式里请用半角符号：{right}',
        'use ASCII signs in expressions: {right}',
    ),
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
    "bare-date": ("日期请写 {right}", "write the date as {right}"),
    "dash": ("“-” 只能单独作为一格", "“-” stands alone in a cell"),
    "unknown-name": (
        '没有“{name}”这个名称；如果是文字，请写 "{name}"',
        'there is no name “{name}”; if it is text, write "{name}"',
    ),
    "unknown-name-near": ("没有“{name}”这个名称，是否想写“{near}”？", "there is no name “{name}”; did you mean “{near}”?"),
    "unknown-name-field": (
        "“{name}”是列表元素的一项，请写 {right}",
        "“{name}” is a part of the list's elements; write {right}",
    ),
    "unknown-field": ("“{of}”没有“{name}”", "“{of}” has no “{name}”"),
    "unknown-field-near": ("“{of}”没有“{name}”，是否想写“{near}”？", "“{of}” has no “{name}”; did you mean “{near}”?"),
    "unknown-field-of": ("“{of}”没有“{name}”，它有：{known}", "“{of}” has no “{name}”; it has {known}"),
    "unknown-function": ("没有函数 {name}", "there is no function {name}"),
    "unknown-function-near": ("没有函数 {name}，是否想写 {near}？", "there is no function {name}; did you mean {near}?"),
    "function-without-call": ("{name} 是函数，请写 {name}(…)", "{name} is a function; write {name}(…)"),
    "name-not-value": (
        '“{name}”本身不是值，请写出其中一项，如 {name}.{near}',
        '“{name}” is not a value by itself; name a part of it, such as {name}.{near}',
    ),
    "table-output": (
        '表“{name}”有几个输出，请写 {name}.{near}',
        'the table “{name}” has several outputs; write {name}.{near}',
    ),
    "variable-repeats": (
        '“{name}”已经是别的名称，请给这里的变量换一个名字',
        '“{name}” is already a name; call this variable something else',
    ),
    "at-parameter": (
        'at 前面只能是一个参数名，如 minimum_age at applied_on',
        'only a parameter may stand before “at”, as in minimum_age at applied_on',
    ),
    "expected-type": ("这里要 {expected}，而不是 {found}", "this must be {expected}, not {found}"),
    "compare-types": ("{left} 与 {right} 不能比较", "{left} and {right} cannot be compared"),
    "compare-order": (
        '{found} 不分大小，只能用 =、!= 和 in',
        '{found} has no order: use =, != or in',
    ),
    "arithmetic-types": (
        '{left} 与 {right} 不能用 {operator} 计算',
        '{left} {operator} {right} cannot be computed',
    ),
    "text-plus": (
        '文字不能相加；要拼成一句话，请写在 message 里',
        'texts cannot be added; put them together in a message',
    ),
    "date-arithmetic": (
        "日期不能直接加减：请用 add_days、add_months、add_years，相差的天数用 days_between",
        "dates are not added with signs: use add_days, add_months or add_years, and days_between for a difference",
    ),
    "branches-differ": (
        'then 与 else 的类型要相同，这里是 {left} 与 {right}',
        '“then” and “else” must be of one type, not {left} and {right}',
    ),
    "elements-differ": (
        '列表各项的类型要相同，这里有 {left} 与 {right}',
        'the elements of a list must be of one type, not {left} and {right}',
    ),
    "empty-list": (
        '空列表 [] 没有类型；要问是否为空，请写 count(…) = 0',
        'an empty list has no type here; to ask whether a list is empty write count(…) = 0',
    ),
    "lists-nested": (
        "some、every、no 和 列表[…] 最多套两层；里面的一层如与外层的元素无关，请写进 define，在这里读它的名称",
        "some, every, no and list[…] stand at most two deep in one another; put what needs no element of the outer ones "
        "under define, and read its name here",
    ),
    "not-a-list": ("这里要列表，而不是 {found}", "a list is needed here, not {found}"),
    "range-place": (
        '范围要写成 [1..5]，而且只能写在 in 后面或表格里',
        'a range is written [1..5], and stands only after “in” or in a table cell',
    ),
    "not-in-choices": (
        '“{value}”不在可选值里，可以写：{choices}',
        '“{value}” is not one of the values: {choices}',
    ),
    "not-in-choices-near": (
        "“{value}”不在可选值里，是否想写“{near}”？",
        "“{value}” is not one of the values; did you mean “{near}”?",
    ),
    "identifier-literal": (
        '“{value}”不是有效的 {expected}',
        '“{value}” is not a valid {expected}',
    ),
    "literal-fen": ("金额最多两位小数，不能写 {value}", "money has at most two places, unlike {value}"),
    "case-number": (
        'case.number 只能用在提示语里',
        'case.number may be used in messages only',
    ),
    "case-draw": (
        'case.draw 不能直接读取，请用 sampled(…) 抽样',
        'case.draw is not read by itself; use sampled(…)',
    ),
    "item-place": (
        'item 只能用在列表后的 […] 里，或 for_each 的 of 里',
        'item is used inside list[…], or in “of” under for_each, only',
    ),
    "form-only": (
        '这里在取证之前就要有答案，只能用 form 里的事实，不能用“{name}”',
        'this is answered before anything is fetched, so it may read the form only, not “{name}”',
    ),
    "evidence-key": (
        'of 要写被查询人的证件号码（resident-id 或 uscc），而不是 {found}',
        '“of” must be the number of a person or organisation (resident-id or uscc), not {found}',
    ),
    "negative": (
        '负号后面要是数字或金额，而不是 {found}',
        'a minus sign needs a number or money, not {found}',
    ),
    "draw-percent": (
        '抽样比例要直接写 0 到 100 的数字，或写参数名',
        'write the percentage as a number from 0 to 100, or name a parameter',
    ),
    "list-in-cell": (
        '表的输入不能是列表或记录；可以用 count(…) 等先算出一个值',
        'a table input cannot be a list or a record; make one value of it first, with count(…) for example',
    ),
    "arguments": (
        '参数个数不对，应为：{signature}',
        'wrong number of arguments; it is {signature}',
    ),
    "exponent": (
        '数字要写全，不能用科学记数法：{found}',
        'write the number out, not in scientific notation: {found}',
    ),
    "date-as-text": (
        '与日期比较请写 date("{value}")',
        'compare a date with date("{value}")',
    ),
    "digits-literal": (
        '小数位数要直接写 0 到 {most} 的整数：{signature}',
        'write the digits as a whole number from 0 to {most}: {signature}',
    ),
    "pattern-literal": (
        '正则表达式要直接写在双引号里，不能是名称或计算结果',
        'write the pattern itself in double quotes; it cannot be a name or be computed',
    ),
    "pattern": (
        'RE2 不接受这个正则表达式：{reason}',
        'RE2 does not accept this pattern: {reason}',
    ),
    "level-literal": (
        '级别要写 "province"（省）、"city"（市）或 "district"（区县）',
        'the level is written "province", "city" or "district"',
    ),
    "bands-literal": (
        '分档要直接写成列表，如 [0, 125000]，或写参数名',
        'write the bands as a list, such as [0, 125000], or name a parameter',
    ),
    "bands-order": (
        '各档起点要从小到大，不能重复',
        'the bounds must ascend, each above the one before',
    ),
    "bands-length": (
        '比例的个数要与分档的个数相同',
        'there must be as many rates as bounds',
    ),
}
