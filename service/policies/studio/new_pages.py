"""A ruleset that is wholly new: its id, title and first day, and a draft that a policy writer can go on from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import orjson
from fastapi import APIRouter, Response

from engine.ruleset.loading import COMMON
from engine.ruleset.shapes import ID_PATTERN
from service.policies import actions
from service.policies.models import DraftGiven
from service.policies.studio.draft_pages import address
from service.policies.studio.reading_pages import day_fault, show_rulesets
from service.problems import Problem
from service.web.forms import Posted
from service.web.page import Here, Page
from service.web.translation import mark

router = APIRouter(include_in_schema=False)
LONGEST_ID, LONGEST_TITLE = 100, 100
_BEGINNING = """\
# yaml-language-server: $schema=../schema.json
ruleset: {ruleset}
title: {title}
basis: 依据的文件和文号
dated_by: today
include: [identity]

conditions:
  first-condition:
    label: 第一个条件
    require: id_card.birth_date <= today
    otherwise: review
    message: 没有满足第一个条件。
    basis: 第一条
"""
"""It is right, approves whoever has an identity card, and shows where to write; without cases nobody can hand it in."""


@router.post("/studio")
def begin(page: Here, fields: Posted) -> Response:
    """Shows every fault beside its field; a ruleset that is there already is not begun again. With `step=edit` it shows what was typed."""
    given = {name: fields.get(name).strip() for name in ("id", "title", "first")}
    if fields.get("step") == "edit":
        return show_rulesets(page, given)
    faults = _faults(page, given)
    there = {each.ruleset for each in actions.policies_of(page.service, page.person).policies}
    if "id" not in faults and given["id"] in there:
        faults["id"] = mark("已有这套规则，请到它的页面起草新版本。")
    if faults:
        return show_rulesets(page, given, faults, 422)
    title = orjson.dumps(given["title"]).decode()  # YAML takes JSON's texts
    text = _BEGINNING.format(ruleset=given["id"], title=title)
    first = date.fromisoformat(given["first"])
    try:
        actions.keep_draft(page.service, page.person, given["id"], first, None, DraftGiven(text=text, cases=""))
    except Problem as problem:
        if problem.code not in ("draft-changed", "version-missing"):
            raise
        return show_rulesets(page, given, {"id": mark("已有这套规则，请到它的页面起草新版本。")}, 409)
    return page.go(address(given["id"], first), mark("草稿已建好。先写依据、表单和证照，再写条件。"))


def _faults(page: Page, given: Mapping[str, str]) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not re.fullmatch(ID_PATTERN, given["id"]) or len(given["id"]) > LONGEST_ID or given["id"] == COMMON:
        faults["id"] = mark("标识用小写英文字母、数字和连字符，以字母开头，例如 rent-subsidy。")
    if not given["title"] or len(given["title"]) > LONGEST_TITLE or not given["title"].isprintable():
        faults["title"] = mark("请填写名称，不超过100个字。")
    if fault := day_fault(page, given["first"]):
        faults["first"] = fault
    return faults
