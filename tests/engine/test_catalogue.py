"""The catalogue is read whole or refused with every finding, is held to its neighbours, and answers what people ask."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue import (
    Catalogue,
    Needs,
    Result,
    Way,
    check,
    find_matters,
    matters_schema,
    needs_of,
    read_catalogue,
)
from engine.ruleset.findings import Finding, Refused
from engine.ruleset.loading import load
from engine.ruleset.model import Duration

GOOD = """\
matters:
  - id: senior-allowance
    name: 高龄老人津贴
    code: 11440300007542195T3442108219000        # 实施编码, where known
    department: civil-affairs
    type: 行政给付
    audience: [person]
    life_events: [old-age]
    keywords: [老人, 津贴, 敬老]
    statutory: null
    promised: 1
    situations:
      - id: senior-allowance-first-claim
        name: 首次申领
        ruleset: senior-allowance
        automatic: approve-or-reject
        awaiting_evidence: 2 working days
        visits: 0
        materials:
          - {id: id-card, name: 居民身份证, met_by: [{licence: resident-id-card}]}
          - {id: household, name: 居民户口簿, met_by: [{licence: household-register}, {upload: [pdf, jpg, png]}]}
        result: {licence: senior-allowance-notice, valid_for: 1 years, replaces: true}
      - id: senior-allowance-stop
        name: 停发
        effect: burden
        promised: 5
        special_procedure: {name: 核实, working_days: null}
        materials:
          - id: death
            name: 死亡证明
            met_by: [{check: civil-affairs/death-register}, {earlier: 6 months}, {commitment: 属实}]
departments: {civil-affairs: {name: 深圳市龙华区民政局, queues: [general, spot-check]}}
life_events:
  later: {name: 晚年, audience: person, parent: null}
  old-age: {name: 养老, audience: person, parent: later}
"""

LICENCES = {"resident-id-card", "household-register", "senior-allowance-notice"}
CHECKS = {"civil-affairs/death-register"}


def read(text: str) -> Catalogue:
    return read_catalogue("matters.yaml", text.encode())


def found(text: str) -> list[tuple[int, int, str]]:
    with pytest.raises(Refused) as refused:
        read(text)
    return [(each.place.line, each.place.column, each.code) for each in refused.value.findings]


def place(text: str, of: str) -> tuple[int, int]:
    """Line and column of the last occurrence."""
    before = text[: text.rindex(of)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def test_what_is_written_is_what_is_read() -> None:
    catalogue = read(GOOD)
    matter = catalogue.matters["senior-allowance"]
    assert (matter.code, matter.type_code, matter.audience) == ("11440300007542195T3442108219000", "05", ("person",))
    claim, stop = matter.situations
    assert claim.ruleset == "senior-allowance"
    assert claim.automatic == "approve-or-reject"
    assert claim.awaiting_evidence == Duration(2, "working days")
    assert claim.result == Result("senior-allowance-notice", Duration(1, "years"), replaces=True)
    assert claim.materials[1].met_by == (
        Way("licence", what="household-register"),
        Way("upload", formats=("pdf", "jpg", "png")),
    )
    assert stop.materials[0].met_by[1:] == (
        Way("earlier", within=Duration(6, "months")),
        Way("commitment", what="属实"),
    )
    assert catalogue.departments["civil-affairs"].queues == ("general", "spot-check")
    assert catalogue.life_events["old-age"].parent == "later"


def test_what_is_left_out_has_its_promised_meaning() -> None:
    stop = read(GOOD).situations["senior-allowance-stop"]
    assert stop.automatic == "approve-only"
    assert stop.awaiting_evidence == Duration(0, "working days")
    assert not stop.instant
    assert stop.visits is None
    assert read(GOOD).situations["senior-allowance-first-claim"].effect == "benefit"


def test_a_situation_has_its_own_deadline_or_its_matters() -> None:
    situations = read(GOOD).situations
    assert situations["senior-allowance-first-claim"].promised == 1
    assert situations["senior-allowance-stop"].promised == 5
    own_null = read(GOOD.replace("        promised: 5", "        promised: null"))
    assert own_null.situations["senior-allowance-stop"].promised is None


DEFECTS = [  # what is right, what is written instead, what the finding points at (its last occurrence), its code
    ("department: civil-affairs", "department: civil-affair", "civil-affair\n", "unknown-department"),
    ("life_events: [old-age]", "life_events: [oldage]", "oldage]", "unknown-life-event"),
    ("parent: later", "parent: lately", "lately", "unknown-life-event"),
    ("parent: later", "parent: old-age", "old-age}", "life-event-cycle"),
    ("{name: 养老, audience: person", "{name: 养老, audience: organisation", "later}", "life-event-audience"),
    ("queues: [general, spot-check]", "queues: [spot-check]", "spot-check]", "no-general-queue"),
    ("type: 行政给付", "type: 给付", "给付", "not-a-choice"),
    ("audience: [person]", "audience: [anyone]", "anyone", "not-a-choice"),
    ("keywords: [老人, 津贴, 敬老]", "keywords: []", "[]", "no-items"),
    ("11440300007542195T3442108219000", "11440300007542195T", "11440300007542195T", "bad-matter-code"),
    ("11440300007542195T3442108219000", "440120017001", "440120017001", "unquoted-digits"),
    ("promised: 1", "promised: soon", "soon", "bad-whole-number"),
    ("promised: 1", "promised: 0", "0\n    situations", "bad-whole-number"),
    ("promised: 1", "promise: 1", "promise: 1", "unknown-key"),
    ("statutory: null", "statutory: 3", "5\n        special", "promise-after-statutory"),
    (
        "id: senior-allowance-stop",
        "id: senior-allowance-first-claim",
        "senior-allowance-first-claim",
        "repeated-situation",
    ),
    ("{id: household,", "{id: id-card,", "id-card,", "repeated-material"),
    ("id: senior-allowance-stop", "id: Stop", "Stop", "bad-id"),
    ("effect: burden", "automatic: approve-only", "approve-only", "automatic-without-ruleset"),
    ("visits: 0", "effect: burden", "approve-or-reject", "automatic-burden"),
    ("effect: burden", "second_person_above: 10000", "10000", "amount-without-ruleset"),
    ("visits: 0", "second_person_above: 0.5", "0.5", "bad-whole-number"),
    ("visits: 0", "second_person: maybe", "maybe", "bad-boolean"),
    ("awaiting_evidence: 2 working days", "awaiting_evidence: a while", "a while", "bad-duration"),
    ("{commitment: 属实}", "{}", "{}", "one-way"),
    ("{check: civil-affairs/death-register}", "{check: a, licence: b}", "{check: a, licence: b}", "one-way"),
    ("[pdf, jpg, png]", "[exe]", "exe", "not-a-choice"),
    ("result: {licence: senior-allowance-notice, valid_for: 1 years, replaces: true}", "result: {}", "{}", "missing-key"),
    ("effect: burden", "result: {licence: senior-card, to: members}", "members", "holders-without-ruleset"),
    ("effect: burden", "result: {licence: senior-card, once: perhaps}", "perhaps", "bad-boolean"),
    ("effect: burden", "ends: Senior", "Senior", "bad-id"),
]


@pytest.mark.parametrize(("right", "wrong", "at", "code"), DEFECTS, ids=[f"{each[3]}-{each[1]}" for each in DEFECTS])
def test_each_defect_is_one_finding_at_its_place(right: str, wrong: str, at: str, code: str) -> None:
    assert GOOD.count(right) == 1
    text = GOOD.replace(right, wrong)
    assert found(text) == [(*place(text, at), code)]


def test_a_matter_that_is_listed_twice_is_found() -> None:
    matter = GOOD[GOOD.index("  - id:") : GOOD.index("departments:")]
    text = GOOD.replace("departments:", matter.replace("senior-allowance-", "other-") + "departments:")
    assert found(text) == [(*place(text, "senior-allowance\n    name"), "repeated-matter")]


def test_a_defect_hides_no_other() -> None:
    text = GOOD.replace("effect: burden", "efect: burden")
    text = text.replace("name: 深圳市龙华区民政局, ", "").replace("parent: later", "parent: x")
    assert found(text) == [
        (*place(text, "efect"), "unknown-key"),
        (*place(text, "{queues"), "missing-key"),
        (*place(text, "x}"), "unknown-life-event"),
    ]


def test_every_finding_speaks_both_languages() -> None:
    findings: list[Finding] = []
    for right, wrong, _, _ in DEFECTS:
        with pytest.raises(Refused) as refused:
            read(GOOD.replace(right, wrong))
        findings += refused.value.findings
    findings += check(read(GOOD), {"other": Needs()}, (), ())
    findings += check(read(GOOD), {"senior-allowance": Needs(frozenset({"photo"}), frozenset({"x"}))}, LICENCES, CHECKS)
    assert {each.code for each in findings} >= {
        "unknown-material",
        "unknown-queue",
        "unused-ruleset",
        "unknown-licence",
    }
    for finding in findings:
        assert finding.message("zh") != finding.message("en")


# ---- its neighbours


def checked(needs: Needs | None = None, **known: set[str]) -> list[tuple[int, int, str]]:
    rulesets = {name: Needs() for name in known.get("rulesets", {"senior-allowance"})}
    if needs:
        rulesets["senior-allowance"] = needs
    findings = check(read(GOOD), rulesets, known.get("licences", LICENCES), known.get("checks", CHECKS))
    return [(each.place.line, each.place.column, each.code) for each in findings]


RULESET = place(GOOD, "senior-allowance\n        automatic")


def test_a_catalogue_that_fits_its_neighbours_has_no_findings() -> None:
    assert checked() == []


def test_unknown_rulesets_licences_and_checks_are_found_where_they_are_named() -> None:
    assert checked(rulesets=set()) == [(*RULESET, "unknown-ruleset")]
    for name in ("household-register", "senior-allowance-notice"):
        assert checked(licences=LICENCES - {name}) == [(*place(GOOD, name), "unknown-licence")]
    assert checked(checks=set()) == [(*place(GOOD, "civil-affairs/death-register"), "unknown-check")]


def test_a_misspelt_name_is_answered_with_the_nearest_known() -> None:
    (finding,) = check(read(GOOD), {"senior-allowance": Needs()}, LICENCES, {"civil-affairs/deaths-register"})
    assert finding.params["near"] == "civil-affairs/deaths-register"


def test_a_ruleset_that_no_situation_uses_is_a_warning() -> None:
    (finding,) = check(read(GOOD), {"senior-allowance": Needs(), "other": Needs()}, LICENCES, CHECKS)
    assert (finding.code, finding.params, finding.severity) == ("unused-ruleset", {"name": "other"}, "warning")


def test_materials_and_queues_that_a_ruleset_needs_must_be_there() -> None:
    assert checked(Needs(frozenset({"id_card", "household"}), frozenset({"spot-check"}))) == []
    assert checked(Needs(materials=frozenset({"photo"}))) == [(*RULESET, "unknown-material")]
    assert checked(Needs(queues=frozenset({"nowhere"}))) == [(*RULESET, "unknown-queue")]


def test_what_a_ruleset_needs_is_seen_wherever_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "evidence.yaml").write_text("licences: {card: {attributes: {age: {type: integer}}}}", "utf-8")
    path = tmp_path / "ruleset.yaml"
    path.write_text(
        """\
ruleset: materials
form: {reason: {type: text, label: 原因, asked_when: not(material.household.met)}}
evidence: {card: {licence: card, required: true, queue: cards}}
define: {ready: material.id_card.by = "upload"}
tables:
  band: {hit: first, inputs: [material.photo.met], output: {type: integer}, rows: [["true", 1]], default: 2}
conditions:
  grown: {label: 成年, require: card.age >= 18 and ready and band > 1, otherwise: review, queue: ages}
conclusions:
  - {review: odd, when: 'some n in [1] satisfies material.letter.met', queue: odd}
""",
        "utf-8",
    )
    assert needs_of(load(path)) == Needs(
        materials=frozenset({"household", "id_card", "photo", "letter"}), queues=frozenset({"cards", "ages", "odd"})
    )


# ---- finding matters


def two() -> Catalogue:
    other = """\
  - id: shop-sign
    name: 招牌备案
    department: city
    type: 其他行政权力
    audience: [organisation]
    life_events: [signs]
    keywords: [门头, 津贴]
    situations: [{id: shop-sign-first, name: 首次设置}]
departments:
  city: {name: 城管局, queues: [general]}
  civil-affairs: {name: 民政局, queues: [general]}
life_events:
  later: {name: 晚年, audience: person, parent: null}
  old-age: {name: 养老, audience: person, parent: later}
  signs: {name: 招牌, audience: organisation, parent: null}
"""
    return read(GOOD[: GOOD.index("departments:")] + other)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["senior-allowance", "shop-sign"]),
        ("津贴", ["senior-allowance", "shop-sign"]),  # in the name before in a keyword
        ("老人津贴怎么领？", ["senior-allowance", "shop-sign"]),
        ("门头", ["shop-sign"]),
        ("津贴 门头", ["shop-sign"]),
        ("首次设置", ["shop-sign"]),
        ("民政", ["senior-allowance"]),
        ("ＳＨＯＰ-sign", ["shop-sign"]),
        ("补助", ["senior-allowance", "shop-sign"]),  # another word for 津贴
        ("zpba", ["shop-sign"]),  # 招牌备案
        ("jintie", ["senior-allowance", "shop-sign"]),
        ("intie", []),  # no character begins there
        ("天气", []),
        ("？！", []),
    ],
)
def test_a_query_finds_matters_by_the_words_people_use(query: str, ids: list[str]) -> None:
    assert [each.id for each in find_matters(two(), query)] == ids


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"department": "city"}, ["shop-sign"]),
        ({"life_event": "old-age"}, ["senior-allowance"]),
        ({"life_event": "later"}, ["senior-allowance"]),  # what lies below it
        ({"life_event": "unknown"}, []),
        ({"audience": "organisation"}, ["shop-sign"]),
        ({"instant": True}, ["senior-allowance"]),
        ({"instant": False}, ["shop-sign"]),
        ({"instant": True, "department": "city"}, []),
    ],
)
def test_filters_narrow_to_what_meets_all_of_them(wanted: dict[str, str], ids: list[str]) -> None:
    assert [each.id for each in find_matters(two(), **wanted)] == ids  # type: ignore[arg-type]


# ---- whatever is written, and however much


def test_the_schema_accepts_what_the_reader_accepts_and_refuses_an_unknown_key() -> None:
    validator = jsonschema.Draft202012Validator(matters_schema())
    validator.check_schema(matters_schema())
    assert list(validator.iter_errors(yaml.safe_load(GOOD))) == []
    assert list(validator.iter_errors(yaml.safe_load(GOOD.replace("promised: 1", "promise: 1")))) != []
    assert list(validator.iter_errors(yaml.safe_load(GOOD.replace("{commitment: 属实}", "{}")))) != []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_done_to_the_file_it_is_read_or_refused(data: st.DataObject) -> None:
    lines = GOOD.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        key = lines[at].split(":")[0]
        ends = st.sampled_from(["null", "[]", "{}", "- a", "x: y", "0", "'1'"])
        lines[at] = data.draw(st.just(lines[other]) | st.text(max_size=20) | ends.map((key + ": ").__add__))
    refused: tuple[Finding, ...] = ()
    try:
        read("\n".join(lines))
    except Refused as refusal:
        refused = refusal.findings
    for finding in refused:
        assert finding.line("zh").startswith("matters.yaml:")
        assert finding.line("en").startswith("matters.yaml:")


def district(matters: int, situations: int) -> str:
    """As many matters and situations as the whole list of a district has, all of them with materials."""
    rows = [
        "departments: {bureau: {name: 局, queues: [general]}}",
        "life_events: {work: {name: 工作, audience: person, parent: null}}",
        "matters:",
    ]
    of = [situations // matters + (number < situations % matters) for number in range(matters)]
    for number, count in enumerate(of):
        rows.append(
            f"  - {{id: matter-{number}, name: 事项{number}, department: bureau, type: 公共服务, audience: [person], "
            f"life_events: [work], keywords: [词{number}, 办事], statutory: 20, promised: 1, situations: ["
        )
        materials = ", ".join(
            f"{{id: m-{each}, name: 材料{each}, met_by: [{{licence: resident-id-card}}, {{upload: [pdf, jpg, png]}}]}}"
            for each in range(4)
        )
        rows += [f"    {{id: s-{number}-{each}, name: 情形, materials: [{materials}]}}," for each in range(count)]
        rows.append("    ]}")
    return "\n".join(rows)


def test_a_whole_districts_list_is_read_and_searched() -> None:
    catalogue = read(district(675, 968))
    assert (len(catalogue.matters), len(catalogue.situations)) == (675, 968)
    assert find_matters(catalogue, "事项674")[0].id == "matter-674"
