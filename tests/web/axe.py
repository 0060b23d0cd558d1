"""What axe says of a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
_SERIOUS = {"serious", "critical"}


def hold_to_axe(page: Page) -> None:
    """Nothing serious. The page's own policy lets axe not in: visit it with `bypass_csp=True`."""
    assert _AXE.exists(), "axe-core is not there: run `make web`"
    page.add_script_tag(path=_AXE)
    found: dict[str, Any] = page.evaluate("axe.run()")
    wrong = [f"{each['id']}: {node['target']} {node['failureSummary']}"
             for each in found["violations"] if each["impact"] in _SERIOUS for node in each["nodes"]]  # fmt: skip
    assert not wrong, "\n".join(wrong)
