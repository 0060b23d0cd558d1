"""Questions lead to a situation whatever is answered, and leave no situation out."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from engine.catalogue import follow, matters_schema, read_catalogue
from engine.ruleset.findings import Refused
from tests.engine.test_catalogue import GOOD, found, place, read

QUESTIONS = """\
    questions:
      - id: what
        ask: 办什么？
        answers:
          - {say: 申领, situation: senior-allowance-first-claim}
          - {say: 不再领取, next: why}
      - id: why
        ask: 为什么？
        answers:
          - {say: 去世, situation: senior-allowance-stop}
"""
ASKING = GOOD.replace("    situations:\n", QUESTIONS + "    situations:\n")


def test_answers_lead_from_question_to_question_to_a_situation() -> None:
    questions = read(ASKING).matters["senior-allowance"].questions
    asked = follow(questions, {})
    assert (asked.given, asked.asked, asked.situation) == ((), questions[0], None)
    assert follow(questions, {"what": 0, "why": 0}).situation == "senior-allowance-first-claim"
    on = follow(questions, {"what": 1})
    assert (on.given, on.asked) == (((questions[0], questions[0].answers[1]),), questions[1])
    assert follow(questions, {"what": 1, "why": 0}).situation == "senior-allowance-stop"
    assert follow(questions, {"what": 7}).asked == questions[0]
    assert follow((), {}).asked is None


LAST = "{say: 去世, situation: senior-allowance-stop}"
DEFECTS = [  # what is right, what is written instead, what the finding points at, its code
    (LAST, "{say: 去世, situation: senior-allowance-end}", "senior-allowance-end}", "unknown-situation"),
    ("next: why", "next: whom", "whom", "unknown-question"),
    (LAST, "{say: 去世, next: what}", "what}", "question-before"),
    (LAST, "{say: 去世, next: why}", "why}", "question-before"),
    (LAST, "{say: 去世}", "{say: 去世}", "one-way-on"),
    ("next: why", "next: why, situation: senior-allowance-stop", "{say: 不再领取", "one-way-on"),
    ("next: why", "nxt: why", "nxt", "unknown-key"),
    ("next: why", "situation: senior-allowance-stop", "why\n", "unreached-question"),
    (LAST, "{say: 去世, situation: senior-allowance-first-claim}", "senior-allowance-stop\n", "unreached-situation"),
    ("id: why", "id: what", "what\n        ask: 为什么", "repeated-question"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "at", "code"), DEFECTS, ids=[f"{each[3]}-{each[1]}" for each in DEFECTS])
def test_every_way_through_the_questions_ends_in_a_situation_and_leaves_none_out(right: str, wrong: str, at: str, code: str) -> None:
    assert ASKING.count(right) == 1
    text = ASKING.replace(right, wrong)
    assert (*place(text, at), code) in found(text)


def test_every_finding_of_questions_speaks_both_languages() -> None:
    for right, wrong, _, code in DEFECTS:
        with pytest.raises(Refused) as refused:
            read(ASKING.replace(right, wrong))
        (finding,) = (each for each in refused.value.findings if each.code == code)
        assert finding.message("zh") != finding.message("en")


def test_the_schema_accepts_questions() -> None:
    assert list(jsonschema.Draft202012Validator(matters_schema()).iter_errors(yaml.safe_load(ASKING))) == []


def test_the_starters_questions_lead_to_every_situation_of_a_matter_that_has_several() -> None:
    starter = Path(__file__).resolve().parents[2] / "matters.yaml"
    for matter in read_catalogue(str(starter), starter.read_bytes()).matters.values():
        assert bool(matter.questions) == (len(matter.situations) > 1), matter.id
