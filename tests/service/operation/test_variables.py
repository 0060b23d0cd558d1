"""Every variable is known and documented, and nothing is documented that is not read."""

from __future__ import annotations

import re

from service.operation.variables import VARIABLES, unknown
from tests.service.conftest import ROOT

_NAME = re.compile(r"MIAOPI_[A-Z0-9_]*[A-Z0-9]")


def test_the_table_has_every_variable_that_is_read_and_no_other() -> None:
    files = [path for package in ("service", "engine") for path in (ROOT / package).rglob("*.py") if path.name != "variables.py"]
    read = {name for path in files for name in _NAME.findall(path.read_text("utf-8"))}
    table = set(re.findall(r"^\| `(MIAOPI_\w+)` \|", (ROOT / "docs" / "operating.md").read_text("utf-8"), re.M))
    assert read == VARIABLES
    assert table == VARIABLES


def test_one_that_is_misspelt_is_noticed_without_its_value() -> None:
    assert unknown({"MIAOPI_DATABSE": "postgresql://u:secret@h/d", "MIAOPI_DATA": "x", "HOME": "y", "MIAOPI_TEST_POSTGRES": ""}) == [
        "MIAOPI_DATABSE means nothing here; is MIAOPI_DATABASE meant?"
    ]
