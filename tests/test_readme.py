"""What README.md and README.zh.md show is so: the picture of a decision, its condition, the links; and both show the same."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RULESET = ROOT / "rules" / "senior-allowance" / "2019-10-01.yaml"
README = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh.md")}
COLOURS = re.compile(r"\x1b\[[\d;]*m")


def blocks(text: str, kind: str) -> list[str]:
    """The fenced blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def shown_on_a_terminal(arguments: list[str], folder: Path) -> str:
    """What `miaopi` prints on a terminal of 100 columns, without colours and blanks at line ends."""
    reading, terminal = os.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"}
    command = [sys.executable, "-m", "service.cli", *arguments, "--rules", str(ROOT / "rules")]
    with os.fdopen(reading, "rb", buffering=0) as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=terminal)
        os.close(terminal)
        printed = b""
        try:
            while read := output.read(4096):
                printed += read
        except OSError:  # Linux's way to say that the other end is closed
            pass
        assert process.wait() == 0
    return "".join(f"{line.rstrip()}\n" for line in COLOURS.sub("", printed.decode()).splitlines())


@pytest.mark.parametrize("name", README)
def test_the_picture_is_what_a_terminal_shows(name: str, tmp_path: Path) -> None:
    (tmp_path / "application.json").write_text(blocks(README[name], "json")[0], "utf-8")
    command, _, picture = blocks(README[name], "console")[0].partition("\n")
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "miaopi"
    assert shown_on_a_terminal(arguments, tmp_path) == picture


@pytest.mark.parametrize("name", README)
def test_the_condition_is_that_of_the_ruleset(name: str) -> None:
    condition = "".join(f"  {line}\n" for line in blocks(README[name], "yaml")[0].splitlines())
    assert condition in RULESET.read_text("utf-8")


@pytest.mark.parametrize("name", README)
def test_every_link_leads_somewhere(name: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)", README[name]) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_both_languages_show_the_same_calls_and_documents() -> None:
    english, chinese = README.values()
    assert blocks(english, "json") == blocks(chinese, "json")
    assert blocks(english, "yaml") == blocks(chinese, "yaml")
    assert blocks(english, "console")[2:] == blocks(chinese, "console")[2:]
    linked = r"\]\(((?:docs/(?!pictures)|rules/)[^)]+)"  # pictures are in the language of the page
    assert re.findall(linked, english) == re.findall(linked, chinese)
