"""A form as a browser sent it, with what was handed in, and everything that is wrong beside its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.decision.problems import Gap, Language
from service.cases.drawing import DrawnForm, told
from service.materials.actions import Faults, Given
from service.web.page import said

_MATERIALS = "materials."
NO_FAULTS: Faults = {}


@dataclass(frozen=True, slots=True)
class Filled:
    """`faults`: what is wrong with what was handed in, by material; what is wrong with the answers stands in `drawn`."""

    drawn: DrawnForm
    given: Given
    faults: Faults

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """Everything that is wrong, with the id of its place in the page."""
        return [*self.drawn.faults, *((f"materials-{id_}", each) for id_, texts in self.faults.items() for each in texts)]


def of_form(gaps: Sequence[Gap]) -> list[Gap]:
    return [each for each in gaps if not each.path.startswith(_MATERIALS)]


def by_material(gaps: Sequence[Gap], lang: Language, faults: Faults = NO_FAULTS) -> Faults:
    """What is wrong by material, with what was known to be."""
    told = {id_: list(texts) for id_, texts in faults.items()}
    for gap in gaps:
        if gap.path.startswith(_MATERIALS):
            told.setdefault(gap.path.removeprefix(_MATERIALS), []).append(_said(gap, lang))
    return told


def _said(gap: Gap, lang: Language) -> str:
    """As a sentence, with the material called as the page calls it."""
    params = dict(gap.params)
    if "name" in params:
        params["name"] = said(params["name"], lang)
    if "words" in params:
        params["words"] = said(params["words"].removeprefix("承诺"), lang)
    if "formats" in params:
        params["formats"] = params["formats"].upper() if lang == "zh" else params["formats"].upper().replace("、", ", ")
    return told(replace(gap, params=params), lang)
