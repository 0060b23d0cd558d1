"""Identifiers of persons, organisations, phones and licences: shape and check character, never the region they name.

All texts are expected folded and upper-cased (`texts.fold_identifier`). Check characters are python-stdnum's. Its
`validate` functions are not used: they strip separators; `cn.ric` demands a region of its table, where older and newer
numbers need not be; `cn.uscc` demands digits in the first two places, where GB 32100 has letters too (N: rural bodies).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent
from stdnum.iso7064 import mod_37_36

_RESIDENT_ID = re.compile("[0-9]{17}[0-9X]")
_USCC_CHARACTER = "[0-9A-HJ-NPQRTUWXY]"
_USCC = re.compile(f"{_USCC_CHARACTER}{{2}}[0-9]{{6}}{_USCC_CHARACTER}{{10}}")
_PHONE = re.compile("1[3-9][0-9]{9}|(010|02[0-9]|0[3-9][0-9]{2})-[2-9][0-9]{6,7}")
_LICENCE_ID = re.compile(
    rf"[0-9]+(?:\.[0-9]+)+\.({_USCC_CHARACTER}{{18}}[0-9]{{3}})\.({_USCC_CHARACTER}{{18}})"
    r"\.([0-9A-Z]+)\.([0-9]{2,3})\.([0-9A-Z])"
)


def resident_id_fault(text: str) -> Literal["shape", "birth-date", "check-character"] | None:
    """What is wrong with an identity number by GB 11643, or None. Regions are not looked at."""
    if not _RESIDENT_ID.fullmatch(text):
        return "shape"
    try:
        ric.get_birth_date(text)
    except InvalidComponent:
        return "birth-date"
    return None if ric.calc_check_digit(text) == text[-1] else "check-character"


def birth_date_of(resident_id: str) -> date:
    """The day of birth in a valid resident-id."""
    return date(int(resident_id[6:10]), int(resident_id[10:12]), int(resident_id[12:14]))


def sex_of(resident_id: str) -> Literal["男", "女"]:
    """By the 17th digit of a valid resident-id: odd is male."""
    return "男" if int(resident_id[16]) % 2 else "女"


def uscc_shape(text: str) -> bool:
    """Whether the text is built like a unified social credit code by GB 32100, whatever its check character."""
    return _USCC.fullmatch(text) is not None


def uscc_check(text: str) -> bool:
    """Whether the check character of a well-shaped uscc is right. Some genuine codes fail this."""
    return uscc.calc_check_digit(text) == text[-1]


def phone_shape(text: str) -> bool:
    """Whether the text is a mainland mobile number (11 digits) or a landline with its area code, as `0755-28123456`.

    The hyphen is required, and no country code or extension is taken: one number has one writing, so that `=` can tell.
    """
    return _PHONE.fullmatch(text) is not None


def licence_id_check(text: str) -> bool:
    """Whether the text is a licence identifier by GB/T 36904 with the right check character.

    `<root>.<type code>.<issuer's uscc>.<serial>.<version>.<check>`, under any root: provinces have their own.
    The check is ISO 7064 MOD 37,36 over type, issuer, serial and version, without root and dots.
    """
    parts = _LICENCE_ID.fullmatch(text)
    return parts is not None and mod_37_36.checksum("".join(parts.groups())) == 1
