"""How personal values are shown in lists, and how they are hidden in text that nobody wrote for showing, such as logs.

An identity number is masked as the engine masks it in its explanations. Names cannot be told from other words, so text that
may hold them must not be logged; what has a shape is masked here whatever it was logged for.
"""

from __future__ import annotations

import re
from typing import Any

from engine.decision.wording import masked as masked_number

__all__ = ["masked_account", "masked_name", "masked_number", "masked_phone", "masked_text", "veiled", "veiled_in"]

_IDENTITY_NUMBER = re.compile(r"(?<![0-9A-Z])[0-9]{17}[0-9X](?![0-9A-Z])")
_DAY = r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_USCC = "[0-9A-HJ-NPQRTUWXY]"
_SHAPES = re.compile(
    # \d takes full-width digits too. A case number, LH and 17 digits, is none of these.
    rf"(?<!\d)(?P<identity>[1-9]\d{{5}}{_DAY}\d{{3}}[\dXxＸ])(?!\d)"
    rf"|(?<![0-9A-Za-z])(?:"
    rf"(?P<account>\d{{15,19}}|\d{{4}}(?:[ -]\d{{4}}){{3}}(?:[ -]\d{{1,3}})?)"
    rf"|(?P<uscc>{_USCC}{{2}}\d{{6}}{_USCC}{{10}})"
    rf"|(?P<phone>(?:\+?86[ -]?)?1[3-9]\d(?:\d{{8}}|[ -]\d{{4}}[ -]\d{{4}})|(?:010|02\d|0[3-9]\d\d)-[2-9]\d{{6,7}})"
    rf")(?![0-9A-Za-z])"
)


def veiled(text: str) -> str:
    """The text with identity numbers masked, and nothing else."""
    return _IDENTITY_NUMBER.sub(lambda found: masked_number(found[0]), text)


def veiled_in(value: Any) -> Any:
    """The same in every text of a JSON value."""
    if isinstance(value, str):
        return veiled(value)
    if isinstance(value, dict):
        return {name: veiled_in(each) for name, each in value.items()}
    return [veiled_in(each) for each in value] if isinstance(value, list) else value


def masked_name(name: str) -> str:
    """A person's name after its first character hidden: `李**`."""
    return name[:1] + "*" * (len(name) - 1)


def masked_phone(number: str) -> str:
    """A phone number with what is before its last four digits hidden, three at the front left: `138****5678`."""
    return _middle_hidden(number, 3, 4)


def masked_account(number: str) -> str:
    """A bank account or card: `6222********0001`."""
    return _middle_hidden(number, 4, 4)


def masked_text(text: str) -> str:
    """The text with everything masked that looks like an identity number, a uscc, a bank card or account, or a phone number."""
    return _SHAPES.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "account":
            return masked_account(found[0])
        case "phone":
            return masked_phone(found[0])
    return masked_number(found[0])


def _middle_hidden(text: str, first: int, last: int) -> str:
    """Too short a text is hidden whole."""
    hidden = len(text) - first - last
    return "*" * len(text) if hidden < 4 else f"{text[:first]}{'*' * hidden}{text[-last:]}"
