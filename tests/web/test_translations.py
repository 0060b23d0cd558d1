"""Every text of the pages is there in English too, and no translation is left of a text that is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import yaml
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment

from engine.language.types import ListType, OneOf
from service.rulesets import load_rules
from service.settings import find_settings
from service.web.translation import LOCALES, translations

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "extensions": "jinja2.ext.do", "newstyle_gettext": "true", "silent": "false"}
CHINESE = re.compile(r"[\u3400-\u9fff]")
Text = str | tuple[str, ...]


def written() -> Iterator[tuple[str, Text]]:
    """Every text to translate, with the file it stands in."""
    templates = extract_from_dir(
        ROOT / "service/web/templates", [("**.html", "jinja2")], {"**.html": OPTIONS}, {"_": None, "gettext": None, "ngettext": (1, 2)}
    )
    modules = extract_from_dir(ROOT / "service", [("**.py", "python")], {}, {"mark": None})
    for name, _, text, _, _ in (*templates, *modules):
        yield name, text


def named() -> Iterator[str]:
    """What the starter's catalogue and rulesets call things, citations aside."""
    catalogue, rulesets = load_rules(find_settings(rules=ROOT / "rules"))
    yield from (each.name for each in catalogue.departments.values())
    yield from (each.name for each in catalogue.life_events.values())
    for matter in catalogue.matters.values():
        yield from (each for each in (matter.name, matter.eligibility) if each)
        for question in matter.questions:
            yield from (question.ask, *(each.say for each in question.answers))
        for situation in matter.situations:
            yield from (situation.name, *(each.name for each in situation.materials))
            if situation.special_procedure is not None:
                yield situation.special_procedure.name
            ways = (way for each in situation.materials for way in each.met_by if way.by == "commitment" and way.what)
            yield from (way.what.removeprefix("承诺") for way in ways if way.what)
    evidence = yaml.safe_load((ROOT / "rules/evidence.yaml").read_text("utf-8"))
    yield from (each["title"] for kind in evidence.values() for each in kind.values() if "title" in each)
    for ruleset in (each.compiled.ruleset for versions in rulesets.by_id.values() for each in versions):
        yield ruleset.title
        yield from (each.label for each in ruleset.form.values())
        yield from (each.label for each in ruleset.conditions.values())
        yield from (each.label for each in ruleset.grant.values())
        yield from (each.label for each in ruleset.parameters.values())
        yield from (each.label for table in ruleset.tables.values() for each in table.outputs)
        yield from (each.type.title for each in ruleset.evidence.values())
        types = [each.type for each in ruleset.form.values()]
        types += [each.type for known in ruleset.evidence.values() for each in known.type.attributes.values()
                  if each.shown_to == "applicant"]  # fmt: skip
        elements = (each.element if isinstance(each, ListType) else each for each in types)
        yield from (value for each in elements if isinstance(each, OneOf) for value in each.values)


def translated() -> dict[Text, Text]:
    found: dict[Text, Text] = {}
    for file in sorted((LOCALES / "en").glob("*.po")):
        with file.open("rb") as catalogue:
            for message in read_po(catalogue, locale="en", abort_invalid=True):
                zh, en = _text(message.id), _text(message.string or "")
                if zh:
                    assert not message.fuzzy, zh
                    assert zh not in found, f"twice: {zh}"
                    found[zh] = en
    return found


def test_every_text_has_its_english() -> None:
    english = translated()
    missing = {text: name for name, text in written() if text not in english or not all(_strings(english[text]))}
    assert not missing, "to be added to service/web/locale/en:\n\n" + "\n\n".join(_stanza(*each) for each in missing.items())


def test_every_name_of_the_starter_rules_has_its_english() -> None:
    english = translated()
    missing = {name for name in named() if CHINESE.search(name) and name not in english}
    assert not missing, "to be added to catalogue.po:\n\n" + "\n\n".join(_stanza(each, "starter") for each in sorted(missing))


def test_no_translation_is_left_of_a_text_that_is_gone() -> None:
    assert sorted(set(map(str, translated())) - {str(text) for _, text in written()} - set(named())) == []


def test_english_has_the_same_places_for_values() -> None:
    places = re.compile(r"%\(\w+\)s")
    odd = [zh for zh, en in translated().items()
           if any(set(places.findall(each)) - {"%(num)s"} != set(places.findall(_strings(zh)[0])) - {"%(num)s"}
                  for each in _strings(en))]  # fmt: skip
    assert odd == []


@pytest.mark.parametrize(("whose", "marked"), [
    ("applicants", "「(.+?)」"), ("approvers", "「(.+?)」"), ("policy-writers", r"\*\*(.{1,12}?)\*\*"),
])
def test_a_guide_says_what_the_pages_say(whose: str, marked: str) -> None:
    guide = ROOT / f"docs/guide-{whose}.md"
    zh = set(re.findall(marked, guide.with_suffix(".zh.md").read_text("utf-8")))
    en = {each.replace("\n", " ") for each in re.findall(r"\*\*(.+?)\*\*", guide.read_text("utf-8"), re.S)}
    chinese = {each for text in translated() for each in _strings(text)}
    english = {each for text in translated().values() for each in _strings(text)}
    assert zh - chinese == set()
    assert {each for each in en if len(each) < 40} - english == set()


def test_english_is_english() -> None:
    english = [each.replace("深圳市", "") for en in translated().values() for each in _strings(en)]
    assert [each for each in english if CHINESE.search(each)] == []


def test_a_template_holds_no_chinese_outside_its_texts() -> None:
    """What stands there untranslated would be read by those who cannot."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True)
    found = []
    for path in sorted((ROOT / "service/web/templates").rglob("*.html")):
        for line, kind, value in environment.lex(path.read_text("utf-8")):
            if kind == "data" and CHINESE.search(value.replace("中文", "")):
                found.append(f"{path.name}:{line}: {value.strip()}")
    assert found == []


def test_texts_are_looked_up() -> None:
    assert translations("en").gettext("登录") == "Sign in"
    assert translations("zh").gettext("登录") == "登录"


def _text(text: str | Sequence[str]) -> Text:
    return text if isinstance(text, str) else tuple(text)


def _strings(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


def _stanza(text: Text, name: str) -> str:
    if isinstance(text, str):
        return f'# {name}\nmsgid "{text}"\nmsgstr ""'
    return f'# {name}\nmsgid "{text[0]}"\nmsgid_plural "{text[1]}"\nmsgstr[0] ""\nmsgstr[1] ""'
