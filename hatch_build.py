"""Puts the starter rules into the wheel, under `engine/_starter/`, where `engine.starter` finds them.

An editable install gets none: it reads `rules/` and `matters.yaml` where they are written.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StarterRules(BuildHookInterface[Any]):
    """The wheel's build hook."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add to `build_data` what the wheel holds besides its packages; `version` is `standard` or `editable`."""
        if version == "standard":
            for name in ("matters.yaml", "rules"):
                build_data["force_include"][name] = f"engine/_starter/{name}"
