"""`miaopi replay` where there is a service: a ruleset that is not in the rules folder is looked up among those that were published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from engine.commands import replay
from engine.commands.session import Language, Misuse, Session
from engine.ruleset.model import Ruleset
from service.command_database import database_option


def command(lang: Language) -> click.Command:
    """The engine's own, with `--database`."""
    found = replay.command(lang)
    found.params.insert(1, database_option(lang))
    found.callback = lambda rules, json, lang, **given: run(Session(lang, json, rules), **given)
    return found


def run(session: Session, receipt: str, database: str | None) -> int:
    def elsewhere(given: Mapping[str, Any]) -> Ruleset | None:
        from service.policies.exporting import published
        from service.settings import Unusable, find_settings

        try:
            settings = find_settings(database, session.rules_folder)
            return published(settings.database, settings.key_file, str(given.get("ruleset_hash")))
        except Unusable as error:
            if database is None:
                return None
            raise Misuse(f"不能读取数据库：{error}", str(error)) from None

    return replay.run(session, receipt, elsewhere)
