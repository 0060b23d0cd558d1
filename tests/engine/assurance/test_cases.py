"""Cases are read as they are meant, or every mistake in them is found at its place."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from engine.assurance.cases import cases_beside
from engine.assurance.cases_schema import cases_schema
from engine.assurance.running import CaseResult, run_cases
from engine.ruleset.findings import Finding, Refused
from tests.engine.assurance.support import BASE, RULESET, Write, write_rules

LIKE = "- {name: 像, like: 全, "
REVIEW = "expect: {conclusion: review}"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return partial(write_rules, tmp_path)


def findings(write: Write, cases: str, **files: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        run_cases(write(cases, **files))
    first = BASE.count("\n") + 1
    return [f"{f.place.line - first + 1}:{f.place.column} {f.code} {f.message('en')}" for f in caught.value.findings]


def got(write: Write, cases: str, **files: str) -> dict[str, Any]:
    """What the last case got."""
    return dict(run_cases(write(cases, **files)).cases[-1].got)


BAD = [
    (LIKE + "form: {rents: 5}, " + REVIEW + "}", "1:29 unknown-key There is no key “rents” here; did you mean: rent?"),
    (LIKE + "evidence: {incom: none}, " + REVIEW + "}", "1:33 unknown-key There is no key “incom” here; did you mean: income?"),
    (LIKE + "evidence: {income: {monthy: 1}}, " + REVIEW + "}",
     "1:42 unknown-key There is no key “monthy” here; did you mean: monthly?"),
    (LIKE + "evidence: {income: {jobs: [{month: 1}]}}, " + REVIEW + "}",
     "1:50 unknown-key There is no key “month” here; did you mean: months?"),
    (LIKE + "evidence: {income: unavailible}, " + REVIEW + "}",
     "1:41 not-a-choice “unavailible” is not one of the values; did you mean: unavailable?"),
    (LIKE + "form: {rent: '5'}, " + REVIEW + "}", "1:36 quoted-number This is a number: remove the quotes: 5"),
    (LIKE + "form: {account: 6222}, " + REVIEW + "}", "1:38 unquoted-digits"),
    (LIKE + "evidence: {income: {active: 'true'}}, " + REVIEW + "}", "1:51 quoted-boolean"),
    (LIKE + "evidence: {card: {holder: 440309194503150021}}, " + REVIEW + "}", "1:48 unquoted-digits"),
    (LIKE + "applicant: {number: 440309194503150021}, " + REVIEW + "}", "1:42 unquoted-digits"),
    (LIKE + "commitments: [por], " + REVIEW + "}", "1:36 not-a-choice “por” is not one of the values; did you mean: poor?"),
    (LIKE + "expect: {conclusion: review, fails: [por]}}",
     "1:59 not-a-choice “por” is not one of the values; did you mean: poor?"),
    (LIKE + "expect: {conclusion: review, missing: [incom]}}", "1:61 not-a-choice"),
    (LIKE + "expect: {refused: [accounts]}}", "1:41 not-a-choice"),
    (LIKE + "expect: {conclusion: review, fails: [poor, poor]}}", "1:65 repeated-value"),
    (LIKE + "expect: {conclusion: reviewed}}", "1:43 not-a-choice"),
    (LIKE + "expect: {fails: [poor]}}", "1:30 missing-key conclusion is missing"),
    (LIKE + "expect: [review]}", "1:30 expected-mapping"),
    (LIKE + "expect: {conclusion: approve}}", "1:30 missing-key grant is missing"),
    (LIKE + "expect: {conclusion: approve, grant: {}}}", "1:59 missing-key amount is missing"),
    (LIKE + "expect: {conclusion: approve, grant: {amount: lots}}}", "1:68 bad-number"),
    (LIKE + "expect: {conclusion: review, grant: {amount: 500}}}", "1:51 grant-without-approve"),
    (LIKE + "expect: {refused: [rent], conclusion: review}}", "1:48 refused-alone"),
    (LIKE + "expects: {conclusion: review}}", "1:22 unknown-key There is no key “expects” here; did you mean: expect?"),
    (LIKE + "form: {rent: 5}}", "1:3 missing-key expect is missing"),
    (LIKE + REVIEW + ", each: [{" + REVIEW + "}]}", "1:22 one-of-two-keys"),
    (LIKE + "each: [{on: 2026-05-07}]}", "1:29 missing-key expect is missing"),
    (LIKE + "each: []}", "1:28 no-items"),
    ("- {name: 像, like: 全的, " + REVIEW + "}", "1:19 unknown-case There is no case “全的”; did you mean: 全?"),
    ("- {name: 全, on: 2026-05-06, " + REVIEW + "}", "1:10 repeated-case"),
    ("- {name: 甲, like: 乙, " + REVIEW + "}\n- {name: 乙, like: 甲, " + REVIEW + "}",
     "1:19 case-cycle These cases are like each other in a circle: 甲 → 乙 → 甲"),
    ("- {name: 甲, like: 甲, " + REVIEW + "}", "1:19 case-cycle"),
    ("- {name: 甲, " + REVIEW + "}", "1:3 missing-key on is missing"),
    ("- {" + REVIEW + "}", "1:3 missing-key name is missing"),
    (LIKE + "on: 2026-02-30, " + REVIEW + "}", "1:26 bad-date"),
    (LIKE + "on: null, " + REVIEW + "}", "1:3 missing-key on is missing"),
    (LIKE + "on: 2020-12-31, " + REVIEW + "}",
     "1:26 case-not-in-force This file is not in force on 2020-12-31, only from 2021-01-01 to 2027-12-31"),
    (LIKE + "on: 2028-01-01, " + REVIEW + "}", "1:26 case-not-in-force"),
    (LIKE + "applied_on: 2026-05-07, " + REVIEW + "}", "1:34 applied-after-on"),
    ("- 甲", "1:3 expected-mapping"),
]  # fmt: skip


@pytest.mark.parametrize(("cases", "expected"), BAD)
def test_a_mistake_in_a_case_is_found_at_its_place_with_the_nearest_name(
    write: Write, cases: str, expected: str
) -> None:
    (found,) = findings(write, cases, ruleset=RULESET + "ends: 2027-12-31\n")
    assert found.startswith(expected)


def test_every_mistake_is_found_at_once_and_what_several_cases_take_over_is_found_once(write: Write) -> None:
    cases = """
- {name: 早, like: 全, on: 2019-01-01, expect: {conclusion: review, fails: [por]}}
- {name: 晚, like: 全, on: 2019-01-01, expect: {conclusion: review}}
- {name: 更晚, like: 晚, expect: {conclusion: review}}
"""
    codes = [each.split()[:2] for each in findings(write, cases)]
    assert codes == [["2:75", "not-a-choice"], ["3:26", "case-not-in-force"]]


def test_all_findings_have_their_text_in_both_languages(write: Write) -> None:
    for cases, _ in BAD:
        with pytest.raises(Refused) as caught:
            run_cases(write(cases, ruleset=RULESET + "ends: 2027-12-31\n"))
        assert all(each.message("zh") and each.message("en") for each in caught.value.findings)


def test_under_like_mappings_merge_and_lists_and_scalars_replace(write: Write) -> None:
    assert got(write, LIKE + "form: {account: 甲}, expect: {refused: [account]}}") == {"refused": ["account"]}
    changed = LIKE + "evidence: {income: {monthly: 2999.99}}, expect: {conclusion: approve, grant: {amount: 200}}}"
    assert got(write, changed)["grant"] == {"amount": "200.00"}
    assert got(write, LIKE + "evidence: {income: unavailable}, " + REVIEW + "}")["missing"] == ["income"]


def test_null_removes_what_was_taken_over(write: Write) -> None:
    assert got(write, LIKE + "form: {rent: null}, expect: {refused: [rent]}}") == {"refused": ["rent"]}
    assert got(write, LIKE + "form: null, expect: {refused: [rent, account]}}") == {"refused": ["rent", "account"]}
    assert got(write, LIKE + "evidence: {card: null}, " + REVIEW + "}")["missing"] == ["card"]
    assert got(write, LIKE + "evidence: {income: {monthly: null}}, " + REVIEW + "}")["unknown"] == ["poor"]


def test_a_case_may_be_like_one_that_is_like_another_or_comes_later(write: Write) -> None:
    cases = """
- {name: 三, like: 二, form: {rent: 7}, expect: {conclusion: reject, fails: [poor]}}
- {name: 二, like: 全, evidence: {income: {monthly: 5000}}, expect: {conclusion: reject, fails: [poor]}}
"""
    assert run_cases(write(cases)).passed


def test_a_long_chain_of_likes_is_followed(write: Write) -> None:
    names = ["全", *(f"第{number}" for number in range(1100))]
    pairs = zip(names[1:], names, strict=False)
    cases = "\n".join(f"- {{name: {name}, like: {like}, expect: {{conclusion: reject}}}}" for name, like in pairs)
    assert len(run_cases(write(cases)).cases) == 1101


def test_each_row_is_a_case_that_shares_what_stands_beside_each(write: Write) -> None:
    cases = """
- name: 各
  like: 全
  evidence: {income: {monthly: 2000}}
  each:
    - {expect: {conclusion: approve, grant: {amount: 200}}}
    - {evidence: {income: {monthly: 3000}}, expect: {conclusion: reject, fails: [poor]}}
- {name: 像各, like: 各, expect: {conclusion: approve, grant: {amount: 200}}}
"""
    report = run_cases(write(cases))
    assert report.passed
    assert [each.name for each in report.cases] == ["全", "各 [1]", "各 [2]", "像各"]


def test_evidence_is_issued_the_day_before_unless_it_says_otherwise(write: Write) -> None:
    assert run_cases(write()).passed  # although income must be fresh
    for issued_on in ("null", "2026-04-01", "昨天"):
        cases = LIKE + f"evidence: {{income: {{issued_on: {issued_on}}}}}, " + REVIEW + "}"
        assert got(write, cases)["missing"] == ["income"]


@pytest.mark.parametrize(
    ("evidence", "unknown"),
    [
        ("income: {monthly: 很少}", ["poor"]),
        ("income: {monthly: 1.005}", ["poor"]),
        ("income: {monthly: [1]}", ["poor"]),
        ("income: {active: 是}", ["idle"]),
        ("card: {number: '440309194503150022'}", ["own-card"]),
    ],
)
def test_evidence_may_be_wrong_on_purpose(write: Write, evidence: str, unknown: list[str]) -> None:
    assert got(write, LIKE + "evidence: {" + evidence + "}, " + REVIEW + "}")["unknown"] == unknown


@pytest.mark.parametrize(
    "form", ["rent: 很多", "rent: 1.005", "rent: true", "members: 三人", "members: [{name: 甲}]", "kind: 三人", "account: '1'"]
)
def test_a_form_may_be_wrong_on_purpose(write: Write, form: str) -> None:
    name = form.partition(":")[0]
    assert got(write, LIKE + "form: {" + form + "}, expect: {refused: [" + name + "]}}") == {"refused": [name]}


def test_the_schema_accepts_what_is_read_and_marks_what_is_misspelt() -> None:
    schema = cases_schema()
    Draft7Validator.check_schema(schema)
    good = yaml.load(BASE, Loader=yaml.BaseLoader)
    assert list(Draft7Validator(schema).iter_errors(good)) == []
    misspelt: tuple[dict[str, Any], ...] = (
        {"expects": {}},
        {"expect": {"conclude": "approve"}},
        {"evidence": "none"},
        {"each": []},
        {"on": "soon"},
    )
    for wrong in misspelt:
        assert list(Draft7Validator(schema).iter_errors([{**good[0], **wrong}])) != []


WORDS = st.sampled_from(
    ["name", "like", "each", "on", "expect", "form", "rent", "members", "evidence", "income", "jobs", "applicant", "case",
     "draw", "materials", "met", "commitments", "conclusion", "grant", "refused", "issued_on", "null", "全", "poor", "none",
     "approve", "5", "-1.5", "80%", "true", "0001-01-01", "9999-12-31", "2026-05-06", "440309194503150021", ""]
)  # fmt: skip
ANYTHING = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=12
)
SECTIONS = st.sampled_from(["like", "on", "applied_on", "form", "evidence", "applicant", "case", "materials", "expect", "each"])


@given(st.dictionaries(SECTIONS, ANYTHING, max_size=5), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_whatever_is_written_is_run_or_refused(write: Write, sections: dict[str, Any], like: bool) -> None:
    case = {"name": "乱", **({"like": "全", "expect": {"conclusion": "review"}} if like else {}), **sections}
    text = yaml.safe_dump([case], allow_unicode=True).replace("'", "" if like else "'")
    findings: tuple[Finding, ...] = ()
    results: tuple[CaseResult, ...] = ()
    try:
        results = run_cases(write(text)).cases
    except Refused as refused:
        findings = refused.findings
    assert bool(results) != bool(findings)
    assert all(each.message("zh") for each in findings)


def test_cases_lie_beside_their_ruleset(write: Write) -> None:
    assert cases_beside(write()).name == "2021-01-01.cases.yaml"
