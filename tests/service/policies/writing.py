"""Policy writers at work over HTTP, for tests: one writes and submits, another publishes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from service.demo import WRITER, WRITER_2
from service.handlers import handlers
from service.state import Service
from service.work.actions import Worker
from tests.service.conftest import ROOT, V1, Client

SENIOR = "senior-allowance"
TODAY, TOMORROW = "2026-11-23", "2026-11-24"
REASON = "已人工核对条文和全部用例"
_FILE = ROOT / "rules" / SENIOR / "2019-10-01.yaml"


def text_with(*changes: tuple[str, str], file: Path = _FILE) -> str:
    """The starter rules with these changes."""
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


CASES = """
- {name: 九十岁, on: %(on)s, applicant: {name: 王福, number: "440309193611230040"}, form: {bank_account: "6222000000000001"}, evidence: \
{id_card: {name: 王福, number: "440309193611230040", birth_date: 1936-11-23}, \
hukou: {city: 深圳市}, death: {registered: false}, notice: none}, \
expect: {conclusion: approve, grant: {monthly_amount: %(grant)s}}}
- name: 其余
  like: 九十岁
  each:
    - evidence: {id_card: {birth_date: 1960-11-23}}
      expect: {conclusion: reject, fails: [aged]}
    - evidence: {id_card: {birth_date: null}}
      expect: {conclusion: review, unknown: [aged]}
    - evidence: {hukou: {city: 惠州市}}
      expect: {conclusion: reject, fails: [shenzhen-hukou]}
    - evidence: {hukou: none}
      expect: {conclusion: review, unknown: [shenzhen-hukou], missing: [hukou]}
    - evidence: {death: {registered: true}}
      expect: {conclusion: review, fails: [alive]}
    - evidence: {death: unavailable}
      expect: {conclusion: review, unknown: [alive], missing: [death]}
    - evidence: {notice: {monthly_amount: 300}}
      expect: {conclusion: reject, fails: [not-yet-granted]}
    - evidence: {notice: unavailable}
      expect: {conclusion: review, unknown: [not-yet-granted]}
    - case: {draw: 1}
      expect: {conclusion: review, fails: [not-sampled]}
"""
_TABLE = _FILE.read_text("utf-8").partition("    rows:\n")[2].partition("    default:")[0]
ONE_TABLE = text_with((_TABLE, '      - [">= 0", 400]\n'))


def cases(on: str, grant: int = 500) -> str:
    """Cases that show every outcome of such a ruleset."""
    return CASES % {"on": on, "grant": grant}


def flat(grant: int, age: int = 70) -> str:
    """A senior allowance of so much for everybody of that age: versions that can be told apart by what they grant."""
    return ONE_TABLE.replace('[">= 0", 400]', f'[">= 0", {grant}]').replace("from: {2019-10-01: 70}", f"from: {{2019-10-01: {age}}}")


@dataclass
class Writers:
    service: Service
    one: Client
    other: Client

    def draft(self, text: str, cases_text: str, effective: str = TODAY, ruleset: str = SENIOR) -> dict[str, Any]:
        answer = put(self.one, path(effective, ruleset=ruleset), text, cases_text)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def submit(self, effective: str = TODAY, version: int = 1, reason: str | None = REASON) -> httpx.Response:
        return self.one.post(path(effective, "submit"), {"reason": reason}, headers=seen(version))

    def publish(self, effective: str = TODAY, version: int = 2, by: Client | None = None, **how: Any) -> httpx.Response:
        return (by or self.other).post(path(effective, "publish"), how, headers=seen(version))

    def put_in_force(self, text: str, cases_text: str, effective: str = TODAY) -> dict[str, Any]:
        """The whole way."""
        version = self.draft(text, cases_text, effective)["version"]
        answer = self.submit(effective, version)
        assert answer.status_code == 200, answer.text
        answer = self.publish(effective, answer.json()["version"])
        assert answer.status_code == 200, answer.text
        return policy(self.one)

    def do_work(self) -> None:
        while Worker(self.service.database, handlers(self.service), self.service.now).do_due():
            pass


def writers(service: Service, client: Client) -> Writers:
    return Writers(service, client.signed_in(WRITER), client.signed_in(WRITER_2))


def path(effective: str, what: str = "", ruleset: str = SENIOR) -> str:
    return f"{V1}/policies/{ruleset}/drafts/{effective}{'/' if what else ''}{what}"


def seen(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}


def put(client: Client, where: str, text: str, cases_text: str = "", version: int | None = None) -> httpx.Response:
    return client.call("PUT", where, json={"text": text, "cases": cases_text}, headers=seen(version))


def policy(client: Client, ruleset: str = SENIOR) -> dict[str, Any]:
    answer = client.get(f"{V1}/policies/{ruleset}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
