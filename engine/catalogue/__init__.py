"""The catalogue, `matters.yaml`: what can be applied for, with which materials, by when, and by which ruleset.

It decides nothing. `read_catalogue` reads the file strictly, `check` holds it to the rulesets and evidence types,
`find_matters` searches it.
"""

from engine.catalogue.checking import Needs, check, needs_of
from engine.catalogue.file import matters_schema
from engine.catalogue.model import (
    TYPE_CODES,
    Audience,
    Catalogue,
    Department,
    LifeEvent,
    Material,
    Matter,
    Result,
    Situation,
    SpecialProcedure,
    Way,
)
from engine.catalogue.questions import Answer, Path, Question, follow
from engine.catalogue.reading import read_catalogue
from engine.catalogue.search import find_matters

__all__ = [
    "TYPE_CODES",
    "Answer",
    "Audience",
    "Catalogue",
    "Department",
    "LifeEvent",
    "Material",
    "Matter",
    "Needs",
    "Path",
    "Question",
    "Result",
    "Situation",
    "SpecialProcedure",
    "Way",
    "check",
    "find_matters",
    "follow",
    "matters_schema",
    "needs_of",
    "read_catalogue",
]
