"""The page of a long run says how it went, and a run that was broken off does not touch it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from tests import record


def report(outcome: Literal["passed", "failed"], *, long: bool, printed: str = "") -> pytest.TestReport:
    """Of one test, as pytest hands it to the plugin."""
    return pytest.TestReport(
        "tests/test_a.py::test_a", ("tests/test_a.py", 1, "test_a"), {"long": 1} if long else {}, outcome, None, "call",
        sections=[("Captured stdout call", printed)], duration=61.2,
    )


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(record, "PAGE", tmp_path / "test-long.md")
    monkeypatch.setenv("MIAOPI_DECISIONS", "40")
    return tmp_path / "test-long.md"


def test_the_page_counts_the_tests_and_shows_the_slow_ones(page: Path) -> None:
    run = record.Record(["-m", "long"])
    for each in (report("passed", long=True, printed="40 decisions\n"), report("passed", long=False), report("failed", long=False)):
        run.pytest_runtest_logreport(each)
    run.pytest_sessionfinish(pytest.ExitCode.TESTS_FAILED)
    text = page.read_text("utf-8")
    assert "2 tests passed, 1 failed, in 0 minutes. `MIAOPI_DECISIONS=40 python -m pytest -m long` on " in text
    assert text.endswith("## test_a\n\n`tests/test_a.py::test_a`: passed in 61 s.\n\n```\n40 decisions\n```\n")


def test_a_run_that_was_broken_off_leaves_the_page(page: Path) -> None:
    record.Record([]).pytest_sessionfinish(pytest.ExitCode.INTERRUPTED)
    assert not page.exists()
