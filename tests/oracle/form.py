"""Reads the submitted form: which facts are asked for, their typed values, and the gaps that refuse it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import re2

from tests.oracle.reading import CheckCharacterError, WrongTypeError, element_type, fold, policy_value, typed
from tests.oracle.values import Truth, Value


class Form:
    """`asked(expression)` evaluates an `asked_when`, which reads other form facts by their names."""

    def __init__(
        self, declared: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any], asked: Callable[[Any], Truth]
    ) -> None:
        self._declared, self._given, self._asked = declared, given, asked

    def __getitem__(self, name: str) -> Value:
        return self._read(name)[0]

    def refused(self) -> list[str]:
        return [name for name in self._declared if self._read(name)[1]]

    def _read(self, name: str) -> tuple[Value, bool]:
        """The value of a fact, and whether it is a gap."""
        fact = self._declared[name]
        asked = self._asked(fact["asked_when"]) if "asked_when" in fact else True
        if asked is False:
            return None, False
        raw = self._given.get(name)
        if raw is None or raw == "":
            if "default" in fact:
                return policy_value(fact["default"], fact["type"]), False
            return None, asked is True and not fact.get("optional", False)
        try:
            value = typed(raw, fact["type"])
        except CheckCharacterError:
            return None, False
        except WrongTypeError:
            return None, True
        return (None, True) if self._out_of_bounds(value, fact) else (value, False)

    @staticmethod
    def _out_of_bounds(value: Value, fact: Mapping[str, Any]) -> bool:
        if element_type(fact["type"]) is not None:
            size = len(value.values)
            return not fact.get("at_least", 0) <= size <= fact.get("at_most", size)
        return "pattern" in fact and re2.fullmatch(fold(fact["pattern"]), value) is None
