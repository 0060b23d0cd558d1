"""The command line as scripts rely on it: what is on stdout, in which language, and the exit code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.cli import COMMANDS, run
from engine.commands.schema import schemas
from engine.commands.session import language_of

ROOT = Path(__file__).parents[2]
NUMBER = "440309194503150021"
FACTS: dict[str, Any] = {
    "applicant": {"name": "李桂芳", "number": NUMBER},
    "form": {"bank_account": "6222000000000001"},
    "evidence": {
        "id_card": {"name": "李桂芳", "number": NUMBER, "birth_date": "1945-03-15"},
        "hukou": {"city": "深圳市"},
        "death": {"registered": False},
        "notice": "none",
    },
}
SMALL = """\
ruleset: small
title: 小
dated_by: applied_on
self_declared: 试验
form:
  age: {type: integer, label: 年龄}
parameters:
  least: {type: integer, label: 起领年龄, from: {2020-01-01: 60}}
conditions:
  old:
    label: 年满
    require: form.age >= least
    otherwise: reject
    message: 未满{least}岁。
"""


class Miaopi:
    """Runs a command and says what came of it."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str | Path) -> tuple[int, str, str]:
        code = run([str(each) for each in arguments])
        out, err = self.capsys.readouterr()
        return code, out, err

    def json(self, *arguments: str | Path) -> Any:
        return json.loads(self(*arguments, "--json")[1])


@pytest.fixture
def miaopi(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Miaopi:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(ROOT)
    return Miaopi(capsys)


@pytest.fixture
def facts(tmp_path: Path) -> Callable[..., Path]:
    """A file of facts: those of the senior, with sections replaced."""

    def write(name: str = "facts.json", **sections: Any) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({**FACTS, **sections}), "utf-8")
        return path

    return write


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A rules folder with one ruleset in two versions, which needs no matters.yaml."""
    folder = tmp_path / "elsewhere"
    (folder / "small").mkdir(parents=True)
    (folder / "small" / "2020-01-01.yaml").write_text(SMALL, "utf-8")
    (folder / "small" / "2026-07-01.yaml").write_text(SMALL.replace("2020-01-01: 60", "2026-07-01: 65"), "utf-8")
    return folder


def test_every_command_has_help_with_an_example_in_both_languages(miaopi: Miaopi) -> None:
    for name in COMMANDS:
        code, zh, _ = miaopi(name, "--help")
        assert code == 0
        assert f"miaopi {name}" in zh.split("示例")[1]
        assert f"miaopi {name}" in miaopi(name, "--help", "--lang", "en")[1].split("Example")[1]


@pytest.mark.parametrize(
    ("arguments", "environment", "lang"),
    [
        ([], {}, "zh"),
        ([], {"LANG": "C"}, "zh"),
        ([], {"LANG": "en_US.UTF-8"}, "en"),
        ([], {"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        (["check", "--lang", "en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["check", "--lang=zh"], {"LANG": "en_GB.UTF-8"}, "zh"),
    ],
)
def test_the_language_is_asked_for_or_that_of_the_locale(arguments: list[str], environment: dict[str, str], lang: str) -> None:
    assert language_of(arguments, environment) == lang


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["chek"], "没有命令 chek，是否为 check", "Did you mean"),
        (["check", "--jsn"], "没有选项 --jsn，是否为 --json？", "No such option"),
        (["decide"], "缺少 参数 RULESET", "Missing argument"),
        (["decide", "senior-allowance"], "缺少 选项 --facts", "Missing option"),
        (["decide", "senior-allowence", "--facts", "-"], "是否为 senior-allowance？", "did you mean senior-allowance?"),
        (["decide", "senior-allowance", "--facts", "none.json"], "没有这个文件：none.json", "there is no file none.json"),
        (["decide", "senior-allowance", "--facts", "none.jsonl"], "没有这个文件：none.jsonl", "there is no file none.jsonl"),
        (["decide", "senior-allowance", "--facts", "docs"], "docs 是文件夹", "docs is a folder"),
        (["decide", "none.yaml", "--facts", "-"], "没有这个文件：none.yaml", "there is no file none.yaml"),
        (["decide", "senior-allowance", "--facts", "-", "--on", "2026-02-30"], "“2026-02-30”不是日期", "is no day"),
        (["check", "none.yaml"], "没有这个文件：none.yaml", "there is no file none.yaml"),
        (["check", "--rules", "none"], "--rules 要的是规则文件夹：none", "--rules takes a folder of rules: none"),
        (["check", "--lang", "fr"], "选项 --lang 只能是：zh、en", "is not one of"),
        (["explain", "docs"], "docs 是文件夹", "docs is a folder"),
        (["explain", "README.md"], "不是正确的 JSON", "not valid JSON"),
        (["replay", "none.json"], "没有这个文件：none.json", "there is no file none.json"),
        (["schema", "--out", "README.md"], "README.md", "README.md"),
        (["test", "senior-allowence"], "是否为 senior-allowance？", "did you mean senior-allowance?"),
    ],
)
def test_wrong_use_is_a_sentence_on_stderr_and_exits_2(
    miaopi: Miaopi, monkeypatch: pytest.MonkeyPatch, arguments: list[str], zh: str, en: str
) -> None:
    code, out, err = miaopi(*arguments)
    assert (code, out) == (2, "")
    assert zh in err
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    code, out, err = miaopi(*arguments)
    assert (code, out) == (2, "")
    assert en in err


def test_check_finds_nothing_wrong_with_the_project(miaopi: Miaopi) -> None:
    code, out, _ = miaopi("check")
    assert (code, out) == (0, "")


def test_check_says_where_what_and_the_nearest_name(miaopi: Miaopi, small: Path) -> None:
    file = small / "small" / "2020-01-01.yaml"
    file.write_text(SMALL.replace("form.age >= least", "form.age >= leest"), "utf-8")
    code, out, _ = miaopi("check", file)
    assert code == 1
    assert out.startswith(f"{file}:12:26: ")
    assert "least" in out
    (finding,) = miaopi.json("check", "--rules", small, "--lang", "en")["findings"]
    assert finding.keys() == {"path", "line", "column", "code", "message", "severity"}
    assert (finding["path"], finding["line"], finding["column"]) == (str(file), 12, 26)
    assert (finding["severity"], "least" in finding["message"]) == ("error", True)


def test_check_exits_0_on_warnings_alone(miaopi: Miaopi, small: Path) -> None:
    (small.parent / "matters.yaml").write_text(
        "departments: {a: {name: 甲, queues: [general]}}\nlife_events: {b: {name: 乙, audience: person, parent: null}}\n"
        "matters: [{id: c, name: 丙, department: a, type: 行政给付, audience: [person], life_events: [b], keywords: [丁],"
        " situations: [{id: d, name: 戊}]}]\n",
        "utf-8",
    )
    (small / "evidence.yaml").write_text("licences: {}\n", "utf-8")
    code, out, _ = miaopi("check", "--rules", small, "--json")
    findings = json.loads(out)["findings"]
    assert [(each["code"], each["severity"]) for each in findings] == [("unused-ruleset", "warning")]
    assert code == 0


def test_check_holds_the_catalogue_to_the_rulesets(miaopi: Miaopi, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    catalogue = (ROOT / "matters.yaml").read_text("utf-8").replace("ruleset: senior-allowance", "ruleset: senior-allowence")
    (tmp_path / "matters.yaml").write_text(catalogue, "utf-8")
    findings = miaopi.json("check", tmp_path / "matters.yaml")["findings"]
    assert {each["code"] for each in findings} == {"unknown-ruleset", "unused-ruleset"}
    assert miaopi("check", tmp_path)[0] == 1


def test_check_reads_cases_and_evidence_types(miaopi: Miaopi, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    cases = tmp_path / "rules" / "senior-allowance" / "2019-10-01.cases.yaml"
    cases.write_text(cases.read_text("utf-8").replace("expect:", "exspect:", 1), "utf-8")
    assert {each["path"] for each in miaopi.json("check", cases)["findings"]} == {str(cases)}
    assert miaopi("check", "--rules", tmp_path / "rules")[0] == 1
    evidence = tmp_path / "rules" / "evidence.yaml"
    evidence.write_text("licences: {a: {}}\n", "utf-8")
    assert {each["path"] for each in miaopi.json("check", evidence)["findings"]} == {str(evidence)}


def test_check_of_bytes_that_are_no_text_is_a_finding(miaopi: Miaopi, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe\x00")
    assert miaopi("check", tmp_path / "x.yaml")[0] == 1


def test_decide_answers_with_the_canonical_receipt(miaopi: Miaopi, facts: Callable[..., Path]) -> None:
    code, out, err = miaopi("decide", "senior-allowance", "--facts", facts(), "--on", "2026-11-23", "--json")
    receipt = json.loads(out)
    assert (code, err) == (0, "")
    assert receipt["conclusion"] == "approve"
    assert receipt["grant"] == {"monthly_amount": "300.00"}
    assert out == json.dumps(receipt, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def test_decide_exits_0_for_any_conclusion(miaopi: Miaopi, facts: Callable[..., Path]) -> None:
    for evidence, conclusion in (({}, "review"), ({**FACTS["evidence"], "hukou": {"city": "惠州市"}}, "reject")):
        code, out, _ = miaopi("decide", "senior-allowance", "--facts", facts(evidence=evidence))
        assert (code, json.loads(out)["conclusion"]) == (0, conclusion)


def test_decide_takes_a_file_outside_the_project(miaopi: Miaopi, small: Path, facts: Callable[..., Path]) -> None:
    path = facts(evidence={}, form={"age": 62})
    receipt = miaopi.json("decide", small / "small" / "2020-01-01.yaml", "--facts", path, "--on", "2026-05-01")
    assert (receipt["conclusion"], receipt["ruleset"]) == ("approve", "small/2020-01-01")


@pytest.mark.parametrize(
    ("applied_on", "on", "conclusion", "ruleset"),
    [
        ("2026-06-30", "2026-07-02", "approve", "small/2020-01-01"),
        ("2026-07-01", "2026-07-02", "reject", "small/2026-07-01"),
        (None, "2026-07-02", "reject", "small/2026-07-01"),
        ("2019-12-31", "2026-07-02", "review", "small"),
        (None, "2019-12-31", "review", "small"),
    ],
)
def test_the_day_of_application_picks_the_file(
    miaopi: Miaopi, small: Path, facts: Callable[..., Path],
    applied_on: str | None, on: str, conclusion: str, ruleset: str,
) -> None:
    path = facts(evidence={}, form={"age": 62}, **({"applied_on": applied_on} if applied_on else {}))
    receipt = miaopi.json("decide", "small", "--facts", path, "--on", on, "--rules", small)
    assert (receipt["conclusion"], receipt["ruleset"], receipt["decided_for"]) == (conclusion, ruleset, on)
    if conclusion == "review":
        assert (receipt["fired"], receipt["causes"], receipt["ruleset_hash"]) == ("no-ruleset", ["no-ruleset"], None)


def test_decide_answers_a_refused_form_with_a_problem(miaopi: Miaopi, facts: Callable[..., Path]) -> None:
    path = facts(form={"bank_account": "12", "colour": "red"})
    code, out, err = miaopi("decide", "senior-allowance", "--facts", path, "--json")
    problem = json.loads(out)
    assert (code, err) == (2, "")
    assert problem["status"] == 422
    assert {each["path"] for each in problem["gaps"]} == {"form.bank_account", "form.colour"}
    assert "form.bank_account" in miaopi("decide", "senior-allowance", "--facts", path)[2]


@pytest.mark.parametrize("text", [b"", b"{", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"\xff", b"[" * 40, b"[1]", b" " * (1 << 20) + b"{}"])
def test_decide_refuses_what_is_no_strict_json(miaopi: Miaopi, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "facts.json").write_bytes(text)
    code, out, _ = miaopi("decide", "senior-allowance", "--facts", tmp_path / "facts.json", "--json")
    assert (code, json.loads(out)["status"]) == (2, 422)


def test_decide_by_a_ruleset_with_findings_exits_2_and_names_them(
    miaopi: Miaopi, small: Path, facts: Callable[..., Path]
) -> None:
    file = small / "small" / "2026-07-01.yaml"
    file.write_text("ruleset: small\n", "utf-8")
    code, out, err = miaopi("decide", "small", "--facts", facts(), "--rules", small)
    assert (code, out) == (2, "")
    assert f"{file}:1:1: " in err


def test_check_finds_files_that_are_never_in_force_and_cases_alone(miaopi: Miaopi, small: Path) -> None:
    (small / "evidence.yaml").write_text("licences: {card: {title: 卡, attributes: {n: {type: integer}}}}\n", "utf-8")
    (small / "small" / "2026-9-1.yaml").write_text(SMALL, "utf-8")
    (small / "small" / "2026-10-01.yml").write_text(SMALL, "utf-8")
    (small / "small" / "2026-08-01.cases.yaml").write_text("[]\n", "utf-8")
    for arguments in (("--rules", small), (small,)):
        code, out, _ = miaopi("check", *arguments)
        assert code == 1
        assert [" ".join(line.split(" ")[:2]).removeprefix(f"{small}/small/") for line in out.splitlines()] == [
            "2026-08-01.cases.yaml:1:1: cases-alone",
            "2026-10-01.yml:1:1: bad-file-name",
            "2026-9-1.yaml:1:1: bad-file-name",
        ]


def test_lines_are_decided_one_by_one_and_bad_ones_answered(miaopi: Miaopi, tmp_path: Path) -> None:
    lines = [json.dumps(FACTS), "", "{", json.dumps({**FACTS, "form": {}}), " " * (1 << 20) + "{}", json.dumps(FACTS)]
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    code, out, err = miaopi("decide", "senior-allowance", "--facts", path, "--json")
    assert err == ""
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [each.get("conclusion") or each["line"] for each in answers] == ["approve", 3, 4, 5, "approve"]
    assert answers[2]["problem"]["gaps"][0]["path"] == "form.bank_account"
    assert answers[2]["error"]
    path.write_text(f"{lines[0]}\r\n\n{lines[0]}\n", "utf-8")
    assert miaopi("decide", "senior-allowance", "--facts", path)[0] == 0


def test_a_receipt_is_explained_and_replayed(miaopi: Miaopi, tmp_path: Path, facts: Callable[..., Path]) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_text(miaopi("decide", "senior-allowance", "--facts", facts())[1], "utf-8")
    assert "每月津贴：300.00元" in miaopi("explain", receipt)[1]
    assert "sha256:" not in miaopi("explain", receipt)[1]
    assert "sha256:" in miaopi("explain", receipt, "--full", "--lang", "en")[1]
    assert miaopi.json("explain", receipt)["conclusion"] == "approve"
    assert miaopi("replay", receipt)[0] == 0
    assert miaopi.json("replay", receipt) == {"same": True, "ruleset": "senior-allowance/2019-10-01", "differences": []}


def test_replay_exits_1_with_the_difference(miaopi: Miaopi, tmp_path: Path, facts: Callable[..., Path]) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_text(miaopi("decide", "senior-allowance", "--facts", facts())[1].replace('"300.00"', '"3000.00"'), "utf-8")
    assert miaopi("replay", receipt)[:2] == (1, 'grant.monthly_amount: "3000.00" → "300.00"\n')
    assert miaopi.json("replay", receipt)["differences"] == [
        {"path": "grant.monthly_amount", "old": "3000.00", "new": "300.00"}
    ]


def test_replay_finds_the_ruleset_by_its_hash_alone(
    miaopi: Miaopi, small: Path, tmp_path: Path, facts: Callable[..., Path]
) -> None:
    path, receipt = facts(evidence={}, form={"age": 62}, applied_on="2026-05-01"), tmp_path / "receipt.json"
    receipt.write_text(miaopi("decide", "small", "--facts", path, "--on", "2026-11-23", "--rules", small)[1], "utf-8")
    assert miaopi("replay", receipt, "--rules", small)[0] == 0
    code, out, err = miaopi("replay", receipt)
    assert (code, out) == (2, "")
    assert "没有回执所用的规则" in err
    old = small / "small" / "2020-01-01.yaml"
    old.write_text(SMALL.replace("60", "61"), "utf-8")
    assert miaopi("replay", receipt, "--rules", small)[0] == 2


@pytest.mark.parametrize(("change", "sentence"), [({"copy": "applicant"}, "申请人的副本"), ({"reasons": 1}, "不是决定回执（reasons）"),
                                                  ({"decided_for": 20}, "不是决定回执（decided_for）")])
def test_replay_refuses_a_copy_and_what_is_no_receipt(
    miaopi: Miaopi, tmp_path: Path, facts: Callable[..., Path], change: dict[str, Any], sentence: str
) -> None:
    receipt = tmp_path / "receipt.json"
    decided = miaopi.json("decide", "senior-allowance", "--facts", facts())
    receipt.write_text(json.dumps({**decided, **change}), "utf-8")
    code, _, err = miaopi("replay", receipt)
    assert code == 2
    assert sentence in err


def test_a_decision_without_a_ruleset_is_explained_and_replayed(
    miaopi: Miaopi, tmp_path: Path, facts: Callable[..., Path]
) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_text(miaopi("decide", "senior-allowance", "--facts", facts(), "--on", "2018-01-01")[1], "utf-8")
    assert miaopi("replay", receipt)[0] == 0
    assert "没有生效的规则" in miaopi("explain", receipt)[1]


def test_cases_pass_or_say_what_differs(miaopi: Miaopi, small: Path) -> None:
    cases = small / "small" / "2026-07-01.cases.yaml"
    cases.write_text("- {name: 够, on: 2026-07-01, form: {age: 65}, expect: {conclusion: reject, fails: [old]}}\n", "utf-8")
    report = miaopi.json("test", small / "small" / "2026-07-01.yaml", "--rules", small)
    assert report["cases"] == [{
        "ruleset": "small/2026-07-01", "name": "够", "passed": False,
        "expected": {"conclusion": "reject", "fails": ["old"]}, "got": {"conclusion": "approve"},
    }]
    assert report["coverage"] == [{"ruleset": "small/2026-07-01", "condition": "old", "never_seen": ["pass", "fail"]}]
    assert miaopi("test", "small", "--rules", small)[0] == 1
    cases.write_text("- {name: 够, on: 2026-07-01, form: {age: 65}, expect: {conclusion: approve}}\n", "utf-8")
    assert miaopi("test", "small", "--rules", small)[0] == 1
    assert miaopi("test", "small", "--rules", small, "--no-coverage")[0] == 0


def test_cases_of_a_ruleset_with_findings_exit_1(miaopi: Miaopi, small: Path) -> None:
    (small / "small" / "2026-07-01.yaml").write_text("ruleset: small\n", "utf-8")
    code, out, _ = miaopi("test", "small", "--rules", small, "--no-coverage", "--json")
    assert code == 1
    assert json.loads(out)["findings"]


def test_the_schemas_beside_the_rules_are_those_the_command_writes(miaopi: Miaopi, tmp_path: Path) -> None:
    written = miaopi.json("schema", "--out", tmp_path / "new")["written"]
    assert sorted(Path(each).name for each in written) == sorted(schemas())
    for each in written:
        assert Path(each).read_text("utf-8") == (ROOT / "rules" / Path(each).name).read_text("utf-8")


def test_the_demo_approves_rejects_and_leaves_to_a_person(miaopi: Miaopi) -> None:
    decisions = miaopi.json("demo")["decisions"]
    assert [each["receipt"]["conclusion"] for each in decisions] == ["approve", "reject", "review"]
    code, out, _ = miaopi("demo")
    assert code == 0
    assert "300.00元" in out
