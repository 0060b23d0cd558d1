"""The ruleset `support`, to run cases on: it has every part that cases may name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

EVIDENCE = """
licences:
  card:
    attributes: {name: {type: text}, number: {type: resident-id}, birth_date: {type: date}}
checks:
  income/register:
    attributes:
      monthly: {type: money}
      jobs: {type: {list-of: {employer: {type: text}, months: {type: integer}}}}
      active: {type: boolean}
    none_means: {monthly: 0, jobs: [], active: false}
"""
FRAGMENT = """
fragment: identity
evidence: {card: {licence: card, required: true}}
conditions:
  own-card: {require: card.number = applicant.number, otherwise: review, queue: identity}
"""
RULESET = """
ruleset: support
include: [identity]
form:
  rent: {type: money}
  account: {type: text, pattern: '[0-9]{4}'}
  members: {type: {list-of: {name: {type: text}, age: {type: integer}}}, default: []}
  kind: {type: {one-of: [单人, 家庭]}, default: 单人}
evidence:
  income: {check: income/register, required: true, fresh: 30 days}
tables:
  amount:
    hit: first
    inputs: [income.monthly]
    output: {type: money}
    rows: [["< 1000", 500], ["< 3000", 200]]
    default: 0
conditions:
  poor: {require: income.monthly < 3000, otherwise: reject}
  rented: {require: form.rent > 0, otherwise: reject}
  idle: {require: not(income.active), counts: false}
  not-sampled: {require: not(sampled(2)), otherwise: review, queue: spot-check}
grant:
  amount: {value: amount, type: money}
"""
BASE = """
- name: 全
  on: 2026-05-06
  applicant: {name: 张三, number: "440309194503150021"}
  form: {rent: 1200.50, account: "6222"}
  evidence:
    card: {name: 张三, number: "440309194503150021", birth_date: 1945-03-15}
    income: {monthly: 800, jobs: [{employer: 甲, months: 3}], active: false}
  expect: {conclusion: approve, grant: {amount: 500}}
"""

Write = Callable[..., Path]
"""The fixture `write`: `write_rules` into a folder of the test's own."""


def write_rules(folder: Path, cases: str = "", ruleset: str = RULESET, base: str = BASE) -> Path:
    """Writes a rules folder with these cases beside the ruleset, `base` first; the path of the ruleset."""
    files = {
        "evidence.yaml": EVIDENCE,
        "common/identity/2020-01-01.yaml": FRAGMENT,
        "support/2021-01-01.yaml": ruleset,
        "support/2021-01-01.cases.yaml": base + cases,
    }
    for name, text in files.items():
        path = folder / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "rules/support/2021-01-01.yaml"
