"""The whole ruleset that docs/rule-language.md shows, with its evidence types and cases, is one that runs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from engine.cli import run

ROOT = Path(__file__).resolve().parent.parent


def test_the_example_is_checked_and_its_cases_pass(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "rule-language.md").read_text("utf-8")
    ruleset, evidence, cases = re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    folder = tmp_path / "senior-allowance"
    folder.mkdir()
    (folder / "2019-10-01.yaml").write_text(ruleset, "utf-8")
    (folder / "2019-10-01.cases.yaml").write_text(cases, "utf-8")
    (tmp_path / "evidence.yaml").write_text(evidence, "utf-8")
    shutil.copytree(ROOT / "rules" / "common" / "identity", tmp_path / "common" / "identity")

    assert run(["check", "--rules", str(tmp_path)]) == 0
    assert run(["test", "senior-allowance", "--no-coverage", "--rules", str(tmp_path)]) == 0
