"""The words of messages: templates with versions, in both languages. A message keeps the words it was sent with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from service.protection.masking import masked_text

TOPICS = ("progress", "decision", "licence", "policy", "mandate")
CHANNELS = ("inbox", "email")
_FILE = Path(__file__).with_name("templates.yaml")


class Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str

    def filled(self, zh: Mapping[str, str], en: Mapping[str, str]) -> Words:
        """Placeholders are names alone; whatever else stands in braces stays. No number of a person gets into a message."""
        return Words(zh=masked_text(_fill(self.zh, zh)), en=masked_text(_fill(self.en, en)))


class Template(BaseModel):
    """`legal`: nobody can switch it off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Annotated[int, Field(ge=1)]
    topic: str
    legal: bool = False
    subject: Words
    body: Words


@cache
def templates() -> Mapping[str, Template]:
    return TypeAdapter(dict[str, Template]).validate_python(yaml.safe_load(_FILE.read_text("utf-8")))


def _fill(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
