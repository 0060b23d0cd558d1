"""Words that people use for the same thing, beside the keywords that each matter has."""

from __future__ import annotations

from collections.abc import Iterator

GROUPS: tuple[tuple[str, ...], ...] = (
    ("老人", "老年人", "长者", "高龄", "老年"),
    ("津贴", "补贴", "补助", "救助金"),
    ("开店", "个体户", "个体工商户", "营业执照"),
    ("开公司", "注册公司", "办企业", "企业设立"),
    ("户口", "入户", "落户", "户籍"),
    ("失业", "下岗", "没工作"),
    ("残疾", "残障"),
    ("小孩", "孩子", "儿童", "宝宝"),
    ("上学", "入学", "读书"),
    ("租房", "住房", "房子"),
    ("结婚", "婚姻登记", "领证"),
    ("网约车", "滴滴"),
    ("退伍", "退役"),
    ("员工", "职工", "招工", "用工"),
    ("低保", "最低生活保障"),
)  # fmt: skip


def others(word: str) -> Iterator[str]:
    """The word said otherwise: with a part of it replaced by what means the same."""
    for group in GROUPS:
        part = max((each for each in group if each in word), key=len, default=None)
        if part is not None:
            yield from (word.replace(part, each) for each in group if each != part)
