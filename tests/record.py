"""Writes docs/test-long.md when a run has ended: a pytest plugin, loaded by `make test-long` alone.

The page says how the run went and what its slow tests printed, so that nothing on it is typed by hand.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.figures import this_machine

PAGE = Path(__file__).parent.parent / "docs" / "test-long.md"
TOP = """\
# The long tests

Written at the end of the last long run. `make test-long` is `make test` with fifty times as many generated examples, new ones each
time, and with the tests that are too slow for every change. Such a test can be run and recorded alone; the command below says what was.
"""


class Record:
    """How each test went, kept until the run has ended."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.arguments = arguments
        self.started = time.monotonic()
        self.passed = self.failed = 0
        self.slow: list[pytest.TestReport] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test counts once when it passes, and also fails where its setting up or taking down does."""
        self.passed += report.when == "call" and report.passed
        self.failed += report.failed
        if report.when == "call" and "long" in report.keywords:
            self.slow.append(report)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """A run that was broken off leaves the page of the one before it."""
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            PAGE.write_text("\n".join([TOP, self._how_it_went(), *map(_section, self.slow)]), encoding="utf-8")

    def _how_it_went(self) -> str:
        machine, minutes = this_machine(), (time.monotonic() - self.started) / 60
        return (
            f"{self.passed:,} tests passed, {self.failed:,} failed, in {minutes:,.0f} minutes. "
            f"`{_command(self.arguments)}` on {machine.day}: {machine.processor}, {machine.cores} cores, "
            f"{machine.memory_gib} GiB, {machine.system}, Python {machine.python}.\n"
        )


def _command(arguments: Sequence[str]) -> str:
    """As it was typed, with the number of decisions where it was not the usual million."""
    decisions = os.environ.get("MIAOPI_DECISIONS")
    return " ".join([*([f"MIAOPI_DECISIONS={decisions}"] if decisions else []), "python -m pytest", *arguments])


def _section(report: pytest.TestReport) -> str:
    printed = f"\n```\n{report.capstdout.strip()}\n```\n" if report.capstdout.strip() else ""
    return f"## {report.location[2]}\n\n`{report.nodeid}`: {report.outcome} in {report.duration:,.0f} s.\n{printed}"


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Record(config.invocation_params.args), "record of a long run")
