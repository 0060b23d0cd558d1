"""Builds the pages' assets, and puts them and the starter rules into the wheel.

The rules lie under `engine/_starter/`, where `engine.starter` finds them. An editable install gets none: it reads `rules/` and
`matters.yaml` where they are written.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _building(root: str) -> Any:
    """`service.web.building` of the tree that is built; it needs nothing else."""
    sys.path.insert(0, root)
    try:
        from service.web import building
    finally:
        sys.path.remove(root)
    return building


class Wheel(BuildHookInterface[Any]):
    """The wheel's build hook."""

    def dependencies(self) -> list[str]:
        """A Node from Python's packages where the machine has none."""
        building = _building(self.root)
        return [] if building.has_node() else [building.NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add to `build_data` what the wheel holds besides its packages; `version` is `standard` or `editable`."""
        _building(self.root).build(Path(self.root), development=version == "editable")
        if version == "standard":
            build_data["artifacts"].append("/service/web/assets/")
            for name in ("matters.yaml", "rules"):
                build_data["force_include"][name] = f"engine/_starter/{name}"
