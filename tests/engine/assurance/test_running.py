"""A case that comes out otherwise is reported, and so is what no case has shown."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from engine.assurance.coverage import Unseen
from engine.assurance.running import joined, run_cases
from engine.ruleset.loading import Rules
from tests.engine.assurance.support import BASE, RULESET, Write, write_rules

RULES = Path(__file__).resolve().parents[3] / "rules"
FILES = [path for path in Rules(RULES).paths() if path.parent.parent in (RULES, RULES / "common")]

ALL_SEEN = """
- {name: 中等, like: 全, evidence: {income: {monthly: 2000}}, expect: {conclusion: approve, grant: {amount: 200}}}
- {name: 富, like: 全, evidence: {income: {monthly: 3000, active: true}}, expect: {conclusion: reject, fails: [poor, idle]}}
- {name: 无租, like: 全, form: {rent: 0}, expect: {conclusion: reject, fails: [rented]}}
- {name: 抽中, like: 全, case: {draw: 1.99}, expect: {conclusion: review, queue: spot-check, fails: [not-sampled]}}
- {name: 不明, like: 全, evidence: {income: unavailable}, expect: {conclusion: review, unknown: [poor, idle], missing: [income]}}
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return partial(write_rules, tmp_path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_cases_beside_every_ruleset_pass_and_cover_it(path: Path) -> None:
    report = run_cases(path)
    assert report.cases
    assert [each.as_json() for each in report.cases if not each.passed] == []
    assert report.coverage == ()


def test_a_case_that_comes_out_otherwise_is_reported_with_what_it_got(write: Write) -> None:
    cases = """
- name: 错
  like: 全
  evidence: {income: {monthly: 2000}}
  expect: {conclusion: review, queue: general, fails: [idle, poor], missing: [card]}
- name: 也错
  like: 全
  form: {account: 六}
  expect: {conclusion: approve, grant: {amount: 1}}
- {name: 没退回, like: 全, expect: {refused: [account]}}
"""
    report = run_cases(write(cases))
    assert not report.passed
    assert [each.as_json() for each in report.cases[1:]] == [
        {
            "ruleset": "support/2021-01-01",
            "name": "错",
            "passed": False,
            "expected": {"conclusion": "review", "queue": "general", "fails": ["poor", "idle"], "missing": ["card"]},
            "got": {"conclusion": "approve", "grant": {"amount": "200.00"}, "queue": None},
        },
        {
            "ruleset": "support/2021-01-01",
            "name": "也错",
            "passed": False,
            "expected": {"conclusion": "approve", "grant": {"amount": "1.00"}},
            "got": {"refused": ["account"]},
        },
        {
            "ruleset": "support/2021-01-01",
            "name": "没退回",
            "passed": False,
            "expected": {"refused": ["account"]},
            "got": {"conclusion": "approve", "grant": {"amount": "500.00"}},
        },
    ]


def test_lists_are_exact_and_their_order_is_free(write: Write) -> None:
    rich = "- {name: 富, like: 全, evidence: {income: {monthly: 3000, active: true}}, expect: {conclusion: reject, fails: %s}}"
    for fails, passed in (("[poor, idle]", True), ("[idle, poor]", True), ("[poor]", False), ("[]", False)):
        assert run_cases(write(rich % fails)).cases[-1].passed is passed


def test_the_queue_is_compared_only_if_it_is_written(write: Write) -> None:
    drawn = "- {name: 抽中, like: 全, case: {draw: 1}, expect: {conclusion: review, %sfails: [not-sampled]}}"
    for queue, passed in (("", True), ("queue: spot-check, ", True), ("queue: general, ", False)):
        assert run_cases(write(drawn % queue)).cases[-1].passed is passed


def test_whatever_no_case_shows_is_named(write: Write) -> None:
    assert [each.as_json() for each in run_cases(write()).coverage] == [
        {"ruleset": "support/2021-01-01", "condition": "poor", "never_seen": ["fail", "unknown"]},
        {"ruleset": "support/2021-01-01", "condition": "rented", "never_seen": ["fail"]},
        {"ruleset": "support/2021-01-01", "condition": "idle", "never_seen": ["fail", "unknown"]},
        {"ruleset": "support/2021-01-01", "condition": "not-sampled", "never_seen": ["fail"]},
        {"ruleset": "support/2021-01-01", "table": "amount", "never_seen": ["2"]},
    ]
    assert run_cases(write(ALL_SEEN)).coverage == ()


@pytest.mark.parametrize("line", range(5))
def test_without_one_case_what_it_alone_shows_is_missing(write: Write, line: int) -> None:
    lines = ALL_SEEN.strip().splitlines()
    assert run_cases(write("\n".join(lines[:line] + lines[line + 1 :]))).coverage != ()


def test_a_case_that_fails_shows_nothing(write: Write) -> None:
    wrong = ALL_SEEN.replace("grant: {amount: 200}", "grant: {amount: 201}")
    assert [each.never_seen for each in run_cases(write(wrong)).coverage] == [("2",)]


def test_without_cases_all_is_unseen_and_nothing_failed(write: Write) -> None:
    path = write()
    path.with_suffix(".cases.yaml").unlink()
    report = run_cases(path)
    assert report.passed
    assert not report.covered
    assert report.coverage[0] == Unseen("support/2021-01-01", "condition", "poor", ("pass", "fail", "unknown"))
    assert report.coverage[-1].never_seen == ("1", "2")


@pytest.mark.parametrize(
    ("fact", "require", "unknown"),
    [
        ("{type: boolean}", "form.extra", False),
        ("{type: boolean, default: true}", "form.extra", False),
        ("{type: boolean, optional: true}", "form.extra", True),
        ("{type: boolean, asked_when: form.rent > 5}", "if form.rent > 5 then form.extra else true", False),
        ("{type: boolean, optional: true, asked_when: form.rent > 5}", "form.extra", True),
        ("{type: uscc}", 'form.extra = "91440309MA5XQY1231"', True),
        ("{type: boolean}", "form.extra and applied_on = today", False),
        ("{type: boolean}", "form.extra or material.id_card.met", True),
    ],
)
def test_unknown_is_asked_only_of_a_condition_that_can_be_unknown(
    write: Write, fact: str, require: str, unknown: bool
) -> None:
    ruleset = RULESET.replace("form:\n", f"form:\n  extra: {fact}\n").replace(
        "conditions:\n", f"conditions:\n  extra: {{require: '{require}', otherwise: review}}\n"
    )
    report = run_cases(write(ruleset=ruleset))
    (found,) = [each for each in report.coverage if each.name == "extra"]
    assert ("unknown" in found.never_seen) is unknown


APPROVED = "{conclusion: approve, grant: {amount: %s}}"


@pytest.mark.parametrize(
    ("hit", "monthly", "expect", "never_seen"),
    [
        ("hit: first", "800", APPROVED % 500, ["2"]),
        ("hit: first", "2000", APPROVED % 200, ["1"]),
        ("hit: first", "null", "{conclusion: review, unknown: [poor]}", ["1", "2"]),
        ("hit: collect\n    aggregate: sum", "800", APPROVED % 700, []),
    ],
)
def test_a_row_is_hit_where_it_surely_matches_and_under_first_no_row_above_it_does(
    write: Write, hit: str, monthly: str, expect: str, never_seen: list[str]
) -> None:
    base = BASE.replace("monthly: 800", f"monthly: {monthly}").replace(APPROVED % 500, expect)
    report = run_cases(write(ruleset=RULESET.replace("hit: first", hit), base=base))
    assert report.passed
    assert [row for each in report.coverage if each.kind == "table" for row in each.never_seen] == never_seen


def test_dated_rows_are_asked_for_where_the_file_is_in_force(write: Write) -> None:
    rows = 'rows: [["< 1000", 500], ["< 3000", 200]]'
    dated = 'from: {2019-01-01: [["-", 1]], 2020-01-01: [["< 1000", 500]], 2027-01-01: [["-", 9]], 2029-01-01: [["-", 8]]}'
    ruleset = RULESET.replace(rows, dated) + "ends: 2028-12-31\n"
    (table,) = [each for each in run_cases(write(ruleset=ruleset)).coverage if each.name == "amount"]
    assert table.never_seen == ("2027-01-01/1",)
    later = "- {name: 后, like: 全, on: 2027-01-01, expect: {conclusion: approve, grant: {amount: 9}}}"
    assert not [each for each in run_cases(write(later, ruleset=ruleset)).coverage if each.name == "amount"]


def test_a_case_is_decided_with_the_fragments_of_its_day(write: Write) -> None:
    later = """
- {name: 后, like: 全, on: 2026-07-01, evidence: {card: {number: "440309199703120014"}},
   expect: {conclusion: reject, fails: [own-card]}}
"""
    path = write(later)
    fragment = path.parent.parent / "common/identity/2020-01-01.yaml"
    assert run_cases(path).cases[-1].got["conclusion"] == "review"
    stricter = fragment.read_text("utf-8").replace("otherwise: review", "otherwise: reject")
    fragment.with_stem("2026-07-01").write_text(stricter, "utf-8")
    assert run_cases(path).passed


def test_a_ruleset_dated_by_the_application_takes_the_day_of_the_application(write: Write) -> None:
    ruleset = RULESET + "dated_by: applied_on\nends: 2026-05-31\n"
    late = "- {name: 迟, like: 全, on: 2026-06-30, applied_on: 2026-05-31, expect: {conclusion: approve, grant: {amount: 500}}}"
    assert run_cases(write(late, ruleset=ruleset)).passed


def test_a_ruleset_outside_a_rules_folder_has_cases_too(write: Write, tmp_path: Path) -> None:
    path = write()
    for source, name in ((path, "mine.yaml"), (path.with_suffix(".cases.yaml"), "mine.cases.yaml")):
        source.rename(path.parent.parent / "support" / name)
    assert run_cases(tmp_path / "rules/support/mine.yaml").passed


def test_reports_join_to_one_json_document(write: Write) -> None:
    report = run_cases(write())
    whole = joined([report, report])
    assert json.loads(json.dumps(whole.as_json())) == {
        "cases": report.as_json()["cases"] * 2,
        "coverage": report.as_json()["coverage"] * 2,
    }
