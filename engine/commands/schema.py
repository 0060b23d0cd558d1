"""`miaopi schema`: writes the JSON Schemas that editors use for rulesets, cases and the catalogue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from engine.commands.command import Command
from engine.commands.session import Language, Session, unreadable


def command(lang: Language) -> click.Command:
    zh = lang == "zh"
    out = click.Option(
        ["--out"], metavar="DIR", type=click.Path(path_type=Path),
        help="写到哪个文件夹（不写则为规则文件夹）" if zh else "The folder to write to (that of the rules unless given)",
    )
    return Command(
        lang, "schema", schema, params=[out], example="miaopi schema --out rules",
        help="写出 schema.json、cases.schema.json 和 matters.schema.json。"
        if zh else "Writes schema.json, cases.schema.json and matters.schema.json.",
    )


def schema(session: Session, out: Path | None) -> int:
    folder = session.rules.folder if out is None else out
    written = []
    for name, content in schemas().items():
        path = folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise unreadable(str(path), error) from None
        written.append(str(path))
        session.note(str(path))
    if session.json:
        session.answer({"written": written})
    return 0


def schemas() -> Mapping[str, Any]:
    """The content of each file, by name."""
    from engine.assurance.cases_schema import cases_schema
    from engine.catalogue import matters_schema
    from engine.ruleset.schema import ruleset_schema

    return {
        "schema.json": ruleset_schema(),
        "cases.schema.json": cases_schema(),
        "matters.schema.json": matters_schema(),
    }
