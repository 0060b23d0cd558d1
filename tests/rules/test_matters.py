"""The project's own catalogue: every matter is there, fits its neighbours, and is found by everyday words."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from engine.catalogue import Catalogue, check, find_matters, matters_schema, needs_of, read_catalogue
from engine.ruleset.document import read_document
from engine.ruleset.evidence_types import EVIDENCE_TYPES
from engine.ruleset.loading import Rules, load

ROOT = Path(__file__).parents[2]
RULES = Rules(ROOT / "rules")

INSTANT = {
    "senior-allowance",
    "residence-permit-endorsement",
    "sole-trader-registration",
    "employment-creation-subsidy",
    "public-venue-hygiene-permit",
    "unemployment-registration",
    "ride-hailing-driver-certificate",
    "talent-housing-subsidy",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue("matters.yaml", (ROOT / "matters.yaml").read_bytes())


def test_it_fits_the_rulesets_and_evidence_types(catalogue: Catalogue) -> None:
    types = EVIDENCE_TYPES.read(read_document("evidence.yaml", (RULES.folder / "evidence.yaml").read_bytes()))
    needs = {name: needs_of(load(RULES.files(name)[-1].path)) for name in RULES.ids()}
    assert [each.line("en") for each in check(catalogue, needs, types.licences, types.checks)] == []


def test_an_editor_finds_nothing_wrong_with_it() -> None:
    written = yaml.safe_load((ROOT / "matters.yaml").read_text(encoding="utf-8"))
    assert list(jsonschema.Draft202012Validator(matters_schema()).iter_errors(written)) == []


def test_every_department_has_the_matters_it_is_known_for(catalogue: Catalogue) -> None:
    counts = {name: len(find_matters(catalogue, department=name)) for name in catalogue.departments}
    assert counts == {
        "civil-affairs": 5,
        "human-resources": 13,
        "market-regulation": 7,
        "health": 5,
        "education": 3,
        "housing": 1,
        "housing-fund": 1,
        "transport": 3,
        "police": 5,
        "disabled-persons": 2,
        "veterans": 2,
        "urban-management": 2,
        "justice": 1,
        "culture": 1,
        "emergency": 2,
    }


@pytest.mark.parametrize(
    ("matter", "situations"),
    [
        ("senior-allowance", ["首次申领", "档次变更", "停发"]),
        ("senior-card", ["新办", "遗失补办", "更换照片"]),
        ("returnee-settlement", ["留学回国人员", "博士后"]),
        (
            "food-business-permit",
            [
                "新办（小餐饮承诺制）",
                "新办（大型连锁承诺制）",
                "新办（一般程序）",
                "变更",
                "延续",
                "补发",
                "注销",
            ],
        ),
        ("public-venue-hygiene-permit-upkeep", ["补证", "延续", "变更", "注销"]),
        ("medical-staff-registration", ["护士变更注册", "护士延续注册", "医师变更注册", "医师延续注册"]),
        ("school-admission", ["义务教育入学", "积分入学"]),
        ("road-freight-permit", ["经营许可", "道路运输证配发"]),
        ("transport-worker-certificate", ["换证", "补证", "变更", "注销"]),
        ("disability-certificate-upkeep", ["换领", "补发", "迁移", "注销"]),
        ("shop-sign-filing", ["首次设置", "变更设置"]),
    ],
)
def test_a_matter_has_all_its_situations(catalogue: Catalogue, matter: str, situations: list[str]) -> None:
    assert [each.name for each in catalogue.matters[matter].situations] == situations


def test_exactly_the_situations_with_a_ruleset_are_instant(catalogue: Catalogue) -> None:
    instant = [each for each in catalogue.situations.values() if each.instant]
    assert {each.ruleset for each in instant} == INSTANT
    assert len(instant) == len(INSTANT)
    assert {each.id for each in find_matters(catalogue, instant=True)} == INSTANT


def test_half_of_the_instant_situations_reject_by_themselves(catalogue: Catalogue) -> None:
    rejecting = {each.ruleset for each in catalogue.situations.values() if each.automatic == "approve-or-reject"}
    assert rejecting == {
        "senior-allowance",
        "residence-permit-endorsement",
        "employment-creation-subsidy",
        "talent-housing-subsidy",
    }


def test_what_takes_something_away_is_a_burden_and_never_instant(catalogue: Catalogue) -> None:
    burdens = {each.id: each.instant for each in catalogue.situations.values() if each.effect == "burden"}
    assert burdens == {"senior-allowance-stop": False, "disability-certificate-cancellation": False}


def test_an_assessment_is_outside_the_promise(catalogue: Catalogue) -> None:
    situation = catalogue.situations["disability-certificate-new"]
    assert situation.special_procedure is not None
    assert situation.special_procedure.working_days == 30
    assert situation.promised == 10


def test_deadlines_are_those_of_the_regulations(catalogue: Catalogue) -> None:
    deadlines = {name: (each.statutory, each.promised) for name, each in catalogue.situations.items()}
    assert deadlines["senior-allowance-first-claim"] == (None, 1)
    assert deadlines["labour-dispatch-permit-new"] == (20, None)
    assert deadlines["foreign-representative-office-change-filing"] == (20, 1)
    assert deadlines["public-venue-hygiene-permit-new"] == (20, 6)
    assert deadlines["public-venue-hygiene-permit-reissue"] == (20, 1)
    assert deadlines["shop-sign-filing-first"] == (5, 1)


def test_every_life_event_leads_to_a_matter_and_is_part_of_a_life(catalogue: Catalogue) -> None:
    for event in catalogue.life_events.values():
        assert find_matters(catalogue, life_event=event.id), event.id
    roots = {(each.audience, each.name) for each in catalogue.life_events.values() if each.parent is None}
    assert roots == {
        *(("person", name) for name in ("生育", "上学", "工作", "结婚成家", "居家", "病残与困难", "退休", "身后")),
        *(("organisation", name) for name in ("开办企业", "招工用人", "办理许可", "发展壮大", "遇到困难", "注销退出")),
    }


def test_nothing_is_only_asked_for_that_an_instant_decision_fetches(catalogue: Catalogue) -> None:
    for situation in catalogue.situations.values():
        if situation.instant:
            assert all(each.met_by[0].by != "upload" for each in situation.materials), situation.id


@pytest.mark.parametrize(
    ("words", "matter"),
    [
        ("老人补贴怎么领", "senior-allowance"),
        ("我想开店", "sole-trader-registration"),
        ("办营业执照", "sole-trader-registration"),
        ("没工作了", "unemployment-registration"),
        ("被裁了", "unemployment-registration"),
        ("居住证过期", "residence-permit-endorsement"),
        ("开滴滴", "ride-hailing-driver-certificate"),
        ("宝宝上户口", "newborn-hukou"),
        ("准生证", "birth-service-registration"),
        ("开理发店", "public-venue-hygiene-permit"),
        ("开餐厅", "food-business-permit"),
        ("招人补贴", "employment-creation-subsidy"),
        ("人才补贴", "talent-housing-subsidy"),
        ("残疾证丢了", "disability-certificate-upkeep"),
        ("上小学", "school-admission"),
        ("去香港", "hong-kong-macao-endorsement"),
        ("讨薪", "legal-aid"),
        ("低保", "minimum-living-allowance"),
        ("取公积金", "housing-fund-rent-withdrawal"),
        ("门头", "shop-sign-filing"),
        ("000131128000", "sole-trader-registration"),
        ("退伍军人", "veteran-card"),
    ],
)
def test_everyday_words_find_the_matter_among_the_first_three(catalogue: Catalogue, words: str, matter: str) -> None:
    assert matter in [each.id for each in find_matters(catalogue, words)][:3]
