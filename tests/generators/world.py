"""What generated rulesets are about: evidence types, and pools of values that literals and facts are both drawn from.

One pool for both makes boundaries, ties and equalities common.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

Declared = Any
"""A type as it is written in a ruleset."""

T = TypeVar("T")

STATUSES = ["valid", "suspended", "revoked", "cancelled", "expired", "transferred", "none"]
AREA = {"one-of": ["城镇", "农村"]}
OFFENCE = {"one-of": ["交通肇事", "危险驾驶", "其他"]}
GRADE = {"one-of": ["甲", "乙", "丙"]}
ONE_OFS = [AREA, OFFENCE, GRADE]

EVIDENCE_TYPES: dict[str, Any] = {
    "licences": {
        "resident-id-card": {
            "title": "居民身份证",
            "type_code": "11100000000013127D001",
            "attributes": {
                "name": {"type": "text"},
                "number": {"type": "resident-id", "shown_to": "applicant"},
                "birth_date": {"type": "date"},
            },
        },
        "household-register": {
            "title": "居民户口簿",
            "attributes": {
                "city": {"type": "text"},
                "head_number": {"type": "resident-id"},
                "area": {"type": AREA},
                "moved_in": {"type": "date"},
                "persons": {"type": "integer"},
            },
        },
        "business-licence": {
            "title": "营业执照",
            "attributes": {
                "uscc": {"type": "uscc"},
                "capital": {"type": "money"},
                "grade": {"type": GRADE},
                "scopes": {"type": {"list-of": "text"}},
                "region_code": {"type": "text"},
            },
        },
        "residence-permit": {
            "title": "居住证",
            "attributes": {"address": {"type": "text"}, "granted": {"type": "date"}, "share": {"type": "number"}},
        },
    },
    "checks": {
        "civil-affairs/death-register": {
            "title": "死亡登记核验",
            "attributes": {"registered": {"type": "boolean", "shown_to": "applicant"}},
            "none_means": {"registered": False},
        },
        "justice/criminal-record": {
            "title": "犯罪记录核验",
            "attributes": {
                "records": {
                    "type": {
                        "list-of": {"kind": {"type": OFFENCE}, "on": {"type": "date"}, "serious": {"type": "boolean"}}
                    },
                    "at_most": 5,
                }
            },
            "none_means": {"records": []},
        },
        "social-insurance/payments": {
            "title": "社会保险缴费核验",
            "attributes": {
                "months": {"type": {"list-of": "date"}},
                "base": {"type": "money"},
                "payments": {"type": {"list-of": {"on": {"type": "date"}, "amount": {"type": "money"}}}},
                "phone": {"type": "phone"},
                "insured": {"type": "boolean"},
            },
        },
    },
}

TODAYS = [
    date(2026, 5, 1), date(2026, 2, 28), date(2025, 3, 1), date(2024, 2, 29), date(2025, 1, 31), date(2026, 6, 30),
]  # fmt: skip
DATES = [
    *TODAYS,
    date(2000, 2, 29), date(2024, 12, 31), date(2025, 2, 28), date(2025, 12, 31), date(2026, 1, 31), date(2026, 3, 31),
    date(2025, 11, 30), date(1945, 3, 15), date(1956, 5, 1), date(2019, 10, 1), date(2020, 1, 1), date(2023, 8, 15),
]  # fmt: skip
FAR_DATES = [date(1, 1, 1), date(1900, 3, 1), date(2031, 7, 1), date(9999, 12, 31)]

INTEGERS = [0, 1, 2, 3, 5, 10, 12, 18, 60, 70, 80, 100]
FAR_INTEGERS = [-1, -3, 7, 65, 4_999, 999_999_999_999_999]
NUMBERS = ["0.5", "1.25", "2.5", "0.125", "12.005", "0.3333333333", "1.0000000001", "33.3", "0.0000000001"]
FAR_NUMBERS = ["-0.5", "-2.5", "999999999999999.9999999999", "123456789012345.5"]
MONEY = ["0.01", "100", "100.50", "99.99", "2000", "3000.05", "30000", "125000", "250000.01", "0"]
FAR_MONEY = ["-100", "-0.05", "999999999999999.99"]

TEXTS = ["深圳市", "广州市", "sz", "SZ", "龙华区", "440309", "440309001002", "é", "深圳市龙华区", "Ａ座", "a b"]
UNTIDY_TEXTS = [" 深圳市 ", "ｓｚ", "\u3000龙华区", "e\u0301", "ＳＺ", "４４０３０９", "A座"]
PLAIN_LITERALS = ["深圳市", "广州市", "sz", "SZ", "龙华区", "440309", "ｓｚ", "é", "Ａ座", "深"]
NAMES = [
    "张三", "张 三", "李四", "买买提·艾力", "买买提艾力", "买买提．艾力", "𠮷田", "吉田", "张?", "张□", "ＡＬＩ",
    "ali", "王\ue000", "王五", "李峯", "李峰",
]  # fmt: skip
PATTERNS = ["[0-9]{6}", "深.*", "[a-z]+", ".*市", "[0-9]{6}([0-9]{6})?", "(?i)sz"]
PHONES = ["13800138000", "13900139000"]
USCCS = ["91350200MA2YJ1XR9G", "91440101MA5CJQ4N59", "913502000728319549", "11440300007542195T"]
WRONG_CHECK_USCCS = ["91350203M0001QAY9B", "91350200MA2YJ1XR9A"]
QUEUES = ["spot-check", "hardship", "seniors", "licences"]
PEOPLE = [
    "11010519491231002X", "440524188001010014", "440309193901010011", "440309194503150021", "440309195512310036",
    "440309200002290016", "440309199808070121",
]  # fmt: skip


def chance(rng: random.Random, percent: int) -> bool:
    return rng.randrange(100) < percent


def pick(rng: random.Random, usual: Sequence[T], rare: Sequence[T], percent: int = 8) -> T:
    return rng.choice(rare) if chance(rng, percent) else rng.choice(usual)


def is_one_of(declared: Declared) -> bool:
    return isinstance(declared, dict) and "one-of" in declared


def is_list(declared: Declared) -> bool:
    return isinstance(declared, dict) and "list-of" in declared


def fields_of(declared: Declared) -> dict[str, Declared] | None:
    """The fields of a list of records; None for everything else."""
    if not is_list(declared) or not isinstance(declared["list-of"], dict) or set(declared["list-of"]) == {"type"}:
        return None
    return {name: field["type"] for name, field in declared["list-of"].items()}


def element_of(declared: Declared) -> Declared:
    """The element type of a scalar list."""
    element = declared["list-of"]
    return element["type"] if isinstance(element, dict) else element


def list_of(element: Declared) -> Declared:
    return {"list-of": {"type": element} if isinstance(element, dict) else element}
