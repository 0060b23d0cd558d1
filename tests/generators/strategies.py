"""The generators as hypothesis strategies. One grammar serves both: hypothesis stands in for the random source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.generators.facts import hideable, random_facts, without
from tests.generators.rulesets import Made
from tests.generators.tuning import random_ruleset


def rulesets() -> st.SearchStrategy[Made]:
    """Rulesets with their fragments, as dictionaries (`.ruleset`, `.fragments`) and as text (`.text`)."""
    return st.randoms(use_true_random=False).map(random_ruleset)


def facts_for(made: Made) -> st.SearchStrategy[tuple[dict[str, Any], date]]:
    """Facts as the JSON of `decide`, and today."""
    return st.randoms(use_true_random=False).map(lambda rng: random_facts(rng, made))


def hide(facts: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The same facts with one piece of evidence, one attribute or one field of a list's element hidden."""
    places = hideable(facts)
    return st.sampled_from(places).map(lambda place: without(facts, place)) if places else st.just(dict(facts))
