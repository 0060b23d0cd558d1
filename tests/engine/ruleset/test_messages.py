"""Every finding that can be raised has a text in both languages, with exactly the parts that it is given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest

from engine.language import faults
from engine.ruleset import messages

ENGINE = Path(__file__).resolve().parents[3] / "engine"
TEXTS = messages.MESSAGES | faults.MESSAGES
# Where the code stands among the arguments, of everything that raises or notes a finding.
PLACE = {"Fault": 0, "fault": 0, "Misuse": 0, "Finding": 1, "find": 1, "note": 1, "refuse": 1}
WITH_DICTIONARY = ("Fault", "Misuse", "Finding")
CODE = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Raised:
    """`parts` is None where they cannot be told from the source."""

    where: str
    code: str
    parts: frozenset[str] | None


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def constants(*nodes: ast.AST) -> Iterator[str]:
    for node in nodes:
        for each in ast.walk(node):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield each.value


def parts_of(call: ast.Call) -> frozenset[str] | None:
    """Named parts are keywords, or the keys of a dictionary."""
    names = {keyword.arg for keyword in call.keywords}
    if called(call) in WITH_DICTIONARY and len(call.args) > 2:
        dictionary = call.args[2]
        keys = dictionary.keys if isinstance(dictionary, ast.Dict) else [None]
        names |= {str(key.value) if isinstance(key, ast.Constant) else None for key in keys}
    return None if None in names else frozenset(map(str, names))


def codes_of(code: ast.expr, function: ast.AST, module: ast.Module) -> set[str]:
    """What a code can be: written there, assigned or looped over in the function, or given by the function's callers."""
    if isinstance(code, ast.IfExp):
        return codes_of(code.body, function, module) | codes_of(code.orelse, function, module)
    if not isinstance(code, ast.Name):
        return {code.value} if isinstance(code, ast.Constant) and isinstance(code.value, str) else set()
    found: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=code.id)]):
                found |= codes_of(node.value, function, module)
            case ast.For() if code.id in {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}:
                found |= set(constants(node.iter)) & set(TEXTS)
            case ast.FunctionDef(name=name) if code.id in parameters(node):
                found |= given(module, name, parameters(node).index(code.id))
    return {each for each in found if CODE.fullmatch(each)}


def parameters(function: ast.FunctionDef) -> list[str]:
    return [each.arg for each in function.args.args if each.arg != "self"]


def given(module: ast.Module, name: str, position: int) -> set[str]:
    """The texts that calls of a function give it there."""
    calls = (call for call in ast.walk(module) if isinstance(call, ast.Call) and called(call) == name)
    return set(constants(*(call.args[position] for call in calls if len(call.args) > position)))


def raised(path: Path) -> Iterator[Raised]:
    module = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in module.body if not isinstance(node, ast.ClassDef)]
    functions += [node for each in module.body if isinstance(each, ast.ClassDef) for node in each.body]
    for function in functions:
        for call in ast.walk(function):
            place = PLACE.get(called(call)) if isinstance(call, ast.Call) else None
            if not isinstance(call, ast.Call) or place is None or len(call.args) <= place:
                continue
            for code in sorted(codes_of(call.args[place], function, module)):
                yield Raised(f"{path.name}:{call.lineno}", code, parts_of(call))


SOURCES = [path for package in ("language", "ruleset", "catalogue") for path in sorted((ENGINE / package).rglob("*.py"))]
RAISED = [each for path in SOURCES for each in raised(path)]


def named_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_there_is_something_to_look_at() -> None:
    assert {each.code for each in RAISED} >= {
        "unknown-name-near", "too-large", "cycle", "bad-id", "unused-ruleset", "bands-order", "table-hole",
    }


@pytest.mark.parametrize("each", RAISED, ids=lambda each: f"{each.where}-{each.code}")
def test_what_is_raised_has_a_text_whose_parts_it_gives(each: Raised) -> None:
    assert each.code in TEXTS
    if each.parts is not None:
        given = each.parts | ({"signature"} if each.code in {"digits-literal", "arguments"} else set())
        for text in TEXTS[each.code]:
            assert named_in(text) <= given


@pytest.mark.parametrize("code", TEXTS)
def test_both_languages_say_it_without_a_break_or_a_part_left_unnamed(code: str) -> None:
    zh, en = TEXTS[code]
    assert re.search("[\u4e00-\u9fff]", zh)
    assert re.search("[a-z]{2}", en)
    for text in (zh, en):
        assert "\n" not in text
        assert all(name.isidentifier() for name in named_in(text))


def test_no_text_is_kept_that_nothing_raises() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(ENGINE.rglob("*.py")))
    written = {code for code in TEXTS if source.count(f'"{code}"') > 1}
    made = {f"{kind}-{what}" for kind, whats in {
        "unknown": ["ruleset", "department", "life-event", "queue", "material", "situation", "question"],
        "repeated": ["matter", "situation", "material", "question"],
        "unreached": ["situation", "question"],
    }.items() for what in whats}
    assert sorted(set(TEXTS) - written - made) == []
