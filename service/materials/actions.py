"""Everything that can be done with materials, for the service's other nouns."""

from __future__ import annotations

from service.materials.guide import held
from service.materials.handing_in import Given, hand_in, hanging_on, together
from service.materials.meeting import COMMITMENT, HandedIn, Met, as_facts, gaps, surely_missing
from service.materials.on_cases import Meeting, case_rows, keep_again, materials_of, meet_all
from service.materials.on_forms import Asked, Faults, asked, asked_on_case, attach, gaps_told, given_in, sent_for
from service.materials.promises import checked_within, met_since, promised, words_of
from service.materials.uploads import (
    FIELDS,
    File,
    Kept,
    cases_with,
    file_of,
    keep,
    refuse_over_quota,
    remove,
    sweep,
    uploads_of,
)

__all__ = [
    "COMMITMENT", "FIELDS", "Asked", "Faults", "File", "Given", "HandedIn", "Kept", "Meeting", "Met",
    "as_facts", "asked", "asked_on_case", "attach", "case_rows", "cases_with", "checked_within", "file_of", "gaps", "gaps_told",
    "given_in", "hand_in", "hanging_on", "held", "keep", "keep_again", "materials_of", "meet_all", "met_since", "promised",
    "refuse_over_quota", "remove", "sent_for", "surely_missing", "sweep", "together", "uploads_of", "words_of",
]  # fmt: skip
