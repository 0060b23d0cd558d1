"""Writes generated rulesets as YAML the way a policy writer would: numbers and expressions plain, texts that look like
numbers quoted, no anchors, no folding."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import yaml


class Expression(str):
    """An expression or a table cell: written plain wherever YAML allows it, even if it is `200` or `true`."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _plain(dumper: yaml.SafeDumper, value: Any) -> yaml.ScalarNode:
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    tag = dumper.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return dumper.represent_scalar(tag, text)


_Dumper.add_representer(Expression, _plain)
_Dumper.add_representer(Decimal, _plain)


def dump(document: Any) -> str:
    return yaml.dump(
        document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000, default_flow_style=None
    )
