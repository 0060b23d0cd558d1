"""Makes rulesets and facts that hold every backend to one meaning: as hypothesis strategies, and fast from a seed."""

from __future__ import annotations

from tests.generators.facts import hideable, random_facts, random_hidden, without
from tests.generators.rulesets import FIRST_DAY, Made
from tests.generators.strategies import facts_for, hide, rulesets
from tests.generators.tuning import random_ruleset
from tests.generators.world import EVIDENCE_TYPES

__all__ = [
    "EVIDENCE_TYPES",
    "FIRST_DAY",
    "Made",
    "facts_for",
    "hide",
    "hideable",
    "random_facts",
    "random_hidden",
    "random_ruleset",
    "rulesets",
    "without",
]
