"""JSON Schema of rulesets, fragments and evidence.yaml, made from the shapes that read them.

It serves editors: completion, hover in Chinese and English, and errors as one types. It accepts whatever is read
without a finding; what it cannot say (names, days, expressions, what must go together) the reader finds.
"""

from __future__ import annotations

from typing import Any

from engine.ruleset.evidence_types import EVIDENCE_TYPES
from engine.ruleset.files import FRAGMENT, RULESET

DIALECT = "http://json-schema.org/draft-07/schema#"
"""Of the dialects the one that YAML editors know best."""


def ruleset_schema() -> dict[str, Any]:
    """The content of `schema.json`: one schema for the three kinds of file, told apart by the keys they have."""
    return {
        "$schema": DIALECT,
        "title": "miaopi",
        "description": "规则、片段或证据类型\n\nA ruleset, a fragment or the evidence types",
        "if": {"required": ["fragment"]},
        "then": FRAGMENT.schema,
        "else": {
            "if": {"anyOf": [{"required": ["licences"]}, {"required": ["checks"]}]},
            "then": EVIDENCE_TYPES.schema,
            "else": RULESET.schema,
        },
    }
