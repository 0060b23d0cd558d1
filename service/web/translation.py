"""Pages in Chinese and English. Chinese is written in the templates and is what is looked up; `locale/en/*.po` hold the English."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from service.problems import Language

LOCALES = Path(__file__).parent / "locale"
BABEL: dict[Language, str] = {"zh": "zh_CN", "en": "en_GB"}
"""The locale by which days and numbers are written."""
HTML: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
"""The value of `lang` in a page."""


def mark(zh: str) -> str:
    """Marks a text in a module for translation where a page will show it; answers it as it is."""
    return zh


@cache
def translations(lang: Language) -> NullTranslations:
    """Looks texts up; a text without a translation answers itself."""
    if lang == "zh":
        return NullTranslations()
    whole = Catalog(locale="en")
    for file in sorted((LOCALES / lang).glob("*.po")):
        with file.open("rb") as written:
            for message in read_po(written, locale=lang):
                if message.id:
                    whole.add(message.id, message.string)
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)
