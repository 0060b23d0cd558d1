"""The rules folder gives the ruleset of a day, whole and resolved, or every reason why not."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.language.types import PHONE
from engine.ruleset.findings import Refused
from engine.ruleset.loading import Rules, day_of, load, versions

EVIDENCE = """
licences:
  card: {title: 身份证, attributes: {number: {type: resident-id}, birth_date: {type: date}}}
  unused: {attributes: {a: {type: text}}}
checks:
  civil-affairs/death: {attributes: {registered: {type: boolean}}}
"""
FRAGMENT = """
fragment: identity
needs: {phone: {type: phone}}
evidence: {card: {licence: card, required: true}}
parameters: {limit: {type: integer, from: {2015-01-01: 3}}}
conditions: {known: {require: 'card.birth_date < today', otherwise: review}}
"""
OLD = """
ruleset: allowance
include: [identity]
form: {phone: {type: phone}}
evidence: {death: {check: civil-affairs/death, required: true}}
parameters: {age: {type: integer, from: {2019-01-01: 60, 2021-01-01: 65}}}
conditions:
  aged: {require: 'age(card.birth_date, today) >= age', otherwise: reject}
  alive: {require: not(death.registered), otherwise: review}
"""
NEW = OLD + "ends: 2029-12-31\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", "-")
        path = path.with_name(f"{path.name}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    write(
        tmp_path / "rules",
        evidence=EVIDENCE,
        common__identity__2018_01_01=FRAGMENT,
        common__identity__2020_06_01=FRAGMENT.replace("2015-01-01", "2016-01-01"),
        allowance__2019_10_01=OLD,
        allowance__2025_01_01=NEW,
    )
    (tmp_path / "rules/allowance/2019-10-01.cases.yaml").write_text("- name: 一", encoding="utf-8")
    return Rules(tmp_path / "rules")


def findings(path: Path) -> list[str]:
    with pytest.raises(Refused) as caught:
        load(path)
    assert all(finding.message("zh") and finding.message("en") for finding in caught.value.findings)
    return [f"{f.place.path.rpartition('/')[2]}:{f.place.line} {f.code}" for f in caught.value.findings]


def test_the_folder_lists_its_rulesets_files_and_everything_to_check(rules: Rules) -> None:
    assert rules.ids() == ("allowance",)
    assert [file.day for file in rules.files("allowance")] == [date(2019, 10, 1), date(2025, 1, 1)]
    assert rules.files("../rules/allowance") == ()
    assert [str(path.relative_to(rules.folder)) for path in rules.paths()] == [
        "allowance/2019-10-01.yaml",
        "allowance/2025-01-01.yaml",
        "common/identity/2018-01-01.yaml",
        "common/identity/2020-06-01.yaml",
    ]


@pytest.mark.parametrize(
    ("day", "file"),
    [
        (date(2019, 9, 30), None),
        (date(2019, 10, 1), "2019-10-01"),
        (date(2024, 12, 31), "2019-10-01"),
        (date(2025, 1, 1), "2025-01-01"),
        (date(2030, 1, 1), "2025-01-01"),
    ],
)
def test_a_file_is_in_force_from_its_day_up_to_the_next(rules: Rules, day: date, file: str | None) -> None:
    path = rules.file_for("allowance", day)
    assert (path.stem if path else None) == file


def test_a_ruleset_is_in_force_up_to_and_on_its_last_day(rules: Rules) -> None:
    assert rules.load_for("allowance", date(2029, 12, 31))
    assert rules.load_for("allowance", date(2030, 1, 1)) is None
    assert rules.load_for("allowance", date(2019, 9, 30)) is None
    assert rules.load_for("elsewhere", date(2026, 1, 1)) is None


def test_fragments_come_first_and_are_those_of_the_day(rules: Rules) -> None:
    early = rules.load_for("allowance", date(2019, 10, 1))
    late = rules.load_for("allowance", date(2020, 6, 1))
    assert early
    assert late
    assert (early.fragments, late.fragments) == (("identity/2018-01-01",), ("identity/2020-06-01",))
    assert early.hash != late.hash
    assert list(early.evidence) == ["card", "death"]
    assert list(early.parameters) == ["limit", "age"]
    assert list(early.conditions) == ["known", "aged", "alive"]
    assert early.parameters["age"].values == ((date(2019, 1, 1), 60), (date(2021, 1, 1), 65))
    assert early.reference == "allowance/2019-10-01"


def test_versions_are_the_days_on_which_the_resolved_ruleset_changes(rules: Rules) -> None:
    first, second = (file.path for file in rules.files("allowance"))
    assert versions(first) == (date(2019, 10, 1), date(2020, 6, 1))
    assert versions(second) == (date(2025, 1, 1),)


def test_a_fragment_is_read_as_a_ruleset_of_its_own(rules: Rules) -> None:
    fragment = load(rules.folder / "common/identity/2018-01-01.yaml")
    assert fragment.id == "common/identity"
    assert fragment.form["phone"].type == PHONE
    assert list(fragment.conditions) == ["known"]


def test_a_file_anywhere_below_the_evidence_types_is_read_and_is_always_in_force(rules: Rules) -> None:
    loose = rules.folder / "drafts/deep/new.yaml"
    loose.parent.mkdir(parents=True)
    loose.write_text(OLD, encoding="utf-8")
    ruleset = load(loose)
    assert ruleset.first_day is None
    assert ruleset.fragments == ("identity/2020-06-01",)
    assert load(loose, date(2019, 1, 1)).fragments == ("identity/2018-01-01",)
    assert versions(loose) == ()


def test_a_loose_file_may_lie_in_any_folder_and_needs_no_evidence_types_if_it_asks_for_none(tmp_path: Path) -> None:
    path = tmp_path / "2026-01-01.yaml"
    path.write_text(
        "ruleset: r\nself_declared: 只看承诺\nform: {a: {type: boolean}}\n"
        "conditions: {said: {require: form.a, otherwise: reject}}\n",
        encoding="utf-8",
    )
    assert load(path).first_day == date(2026, 1, 1)


def test_a_relative_path_stays_relative_in_findings(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = OLD.replace("otherwise: reject", "otherwise: no")
    write(rules.folder, evidence="licences: []\n", allowance__2019_10_01=bad)
    monkeypatch.chdir(rules.folder.parent)
    with pytest.raises(Refused) as caught:
        load(Path("rules/allowance/2019-10-01.yaml"))
    assert {finding.place.path for finding in caught.value.findings} == {
        "rules/allowance/2019-10-01.yaml", "rules/evidence.yaml",
    }


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (("ruleset: allowance", "ruleset: allowances"), ["2019-10-01.yaml:2 id-is-not-folder"]),
        (("include: [identity]", "include: [identity]\nends: 2019-09-30"), ["2019-10-01.yaml:4 ends-before-first-day"]),
        (("include: [identity]", "include: [identity]\nends: 2025-01-01"), ["2019-10-01.yaml:4 ends-after-next"]),
        (("{2019-01-01: 60, ", "{2019-10-02: 60, "), ["2019-10-01.yaml:6 parameter-not-in-force"]),
        (("phone: {type: phone}", "phone: {type: text}"), ["2019-10-01.yaml:3 fragment-needs-type"]),
        (("civil-affairs/death,", "civil-affairs/deaths,"), ["2019-10-01.yaml:5 unknown-check"]),
    ],
)
def test_what_does_not_fit_the_rest_of_the_folder_is_found(
    rules: Rules, edit: tuple[str, str], found: list[str]
) -> None:
    path = rules.folder / "allowance/2019-10-01.yaml"
    path.write_text(OLD.replace(*edit), encoding="utf-8")
    assert findings(path) == found


def test_the_last_day_before_the_next_file_may_be_written_as_the_end(rules: Rules) -> None:
    path = rules.folder / "allowance/2019-10-01.yaml"
    path.write_text(OLD + "ends: 2024-12-31\n", encoding="utf-8")
    assert load(path).ends == date(2024, 12, 31)


def test_a_dated_table_needs_rows_on_the_first_day(rules: Rules) -> None:
    path = rules.folder / "allowance/2019-10-01.yaml"
    table = "tables: {t: {hit: unique, inputs: [age], output: {type: money}, from: {2020-01-01: [['-', 1]]}}}\n"
    path.write_text(OLD + table, encoding="utf-8")
    assert findings(path) == ["2019-10-01.yaml:10 table-not-in-force"]


def test_a_fragment_that_begins_later_is_found_where_it_is_included(rules: Rules) -> None:
    (rules.folder / "common/identity/2018-01-01.yaml").unlink()
    found = findings(rules.folder / "allowance/2019-10-01.yaml")
    assert found == ["2019-10-01.yaml:3 fragment-not-in-force"]


def test_findings_of_every_file_read_come_together_and_nothing_follows_from_them(rules: Rules) -> None:
    write(
        rules.folder,
        evidence=EVIDENCE.replace("boolean", "bool"),
        common__identity__2018_01_01=FRAGMENT.replace("fragment: identity", "fragment: identities"),
        allowance__2019_10_01=OLD.replace("otherwise: reject", "otherwise: rejct"),
    )
    assert findings(rules.folder / "allowance/2019-10-01.yaml") == [
        "2019-10-01.yaml:8 not-a-choice",
        "2018-01-01.yaml:2 id-is-not-folder",
        "evidence.yaml:6 unknown-type",
    ]


def test_names_and_ids_of_two_fragments_may_not_meet(rules: Rules) -> None:
    write(rules.folder, common__twin__2018_01_01=FRAGMENT.replace("fragment: identity", "fragment: twin"))
    path = rules.folder / "allowance/2019-10-01.yaml"
    path.write_text(OLD.replace("[identity]", "[identity, twin]"), encoding="utf-8")
    assert findings(path) == [
        "2019-10-01.yaml:3 name-twice", "2019-10-01.yaml:3 name-twice", "2019-10-01.yaml:3 id-twice",
    ]


def test_licences_without_any_evidence_types_are_one_finding(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(
        "ruleset: r\nevidence:\n  a: {licence: card, required: true}\n  b: {licence: card}\n"
        "conditions: {c: {require: a.valid, otherwise: reviews}}\n",
        encoding="utf-8",
    )
    assert findings(path) == ["r.yaml:3 no-evidence-file", "r.yaml:5 not-a-choice"]


def test_a_name_of_a_file_is_a_day_only_if_there_is_such_a_day() -> None:
    days = {name: day_of(Path(f"{name}.yaml")) for name in ("2024-02-29", "2023-02-29", "20240101", "draft")}
    assert days == {"2024-02-29": date(2024, 2, 29), "2023-02-29": None, "20240101": None, "draft": None}


def hashed(rules: Rules, **files: str) -> str:
    write(rules.folder, **files)
    return load(rules.folder / "allowance/2019-10-01.yaml").hash


def test_the_hash_is_the_same_in_another_folder_and_with_other_comments_and_layout(
    rules: Rules, tmp_path: Path
) -> None:
    first = load(rules.folder / "allowance/2019-10-01.yaml").hash
    assert re.fullmatch("sha256:[0-9a-f]{64}", first)
    shutil.copytree(rules.folder, tmp_path / "copy")
    assert load(tmp_path / "copy/allowance/2019-10-01.yaml").hash == first
    other = OLD.replace("include: [identity]", "# yaml-language-server: $schema=../schema.json\ninclude:\n  - identity")
    assert hashed(rules, allowance__2019_10_01=other) == first


ALIVE = "  alive: {require: not(death.registered), otherwise: review}\n"


@pytest.mark.parametrize(
    "files",
    [
        {"allowance__2019_10_01": OLD.replace("60", "61")},
        {"allowance__2019_10_01": OLD.replace("otherwise: reject", "otherwise: review")},
        {"common__identity__2018_01_01": FRAGMENT.replace("<", "<=")},
        {"evidence": EVIDENCE.replace("{type: boolean}", "{type: boolean, shown_to: applicant}")},
        {"allowance__2019_10_01": OLD.replace(ALIVE, "").replace("conditions:\n", f"conditions:\n{ALIVE}")},
    ],
    ids=["parameter", "consequence", "fragment", "evidence type", "order of conditions"],
)
def test_the_hash_changes_with_whatever_decides(rules: Rules, files: dict[str, Any]) -> None:
    first = load(rules.folder / "allowance/2019-10-01.yaml").hash
    assert hashed(rules, **files) != first


def test_the_hash_depends_on_the_first_day_but_not_on_evidence_types_that_are_not_used(rules: Rules) -> None:
    first = load(rules.folder / "allowance/2019-10-01.yaml").hash
    assert hashed(rules, evidence=EVIDENCE.replace("unused: {attributes: {a: ", "unused: {attributes: {b: ")) == first
    moved = rules.folder / "allowance/2019-10-02.yaml"
    moved.write_text(OLD, encoding="utf-8")
    assert load(moved).hash != first
