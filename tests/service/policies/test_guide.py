"""The guide for policy writers, followed to the letter: its commands run, its edits made, and what it says happens."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn

from service.app import create_app
from service.demo import FIRM
from service.state import Service
from tests.service.conftest import ROOT, Client, Clock
from tests.service.test_applications import SUBSIDY

ENGLISH, CHINESE = (ROOT / "docs" / f"guide-policy-writers{each}.md" for each in ("", ".zh"))
_BLOCK = re.compile(r"^```(console|diff)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_DRAFT = "draft/employment-creation-subsidy/2027-01-04"


def test_both_languages_show_the_same() -> None:
    assert _BLOCK.findall(ENGLISH.read_text("utf-8")) == _BLOCK.findall(CHINESE.read_text("utf-8"))


def test_the_questions_that_are_shown_are_asked() -> None:
    catalogue = (ROOT / "matters.yaml").read_text("utf-8")
    for guide in (ENGLISH, CHINESE):
        (shown,) = re.findall(r"^```yaml\n(.*?)^```$", guide.read_text("utf-8"), re.DOTALL | re.MULTILINE)
        assert shown in catalogue


def test_what_the_guide_says_comes_true(service: Service, clock: Clock, tmp_path: Path) -> None:
    outputs = []
    told = "set -e\n"
    with _served(service) as port:
        for kind, block in _BLOCK.findall(ENGLISH.read_text("utf-8")):
            if kind == "diff":
                _edit(tmp_path, block)
                continue
            commands = block.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{port}")
            script = re.sub(r"^\$ ", "", commands, flags=re.MULTILINE)
            told += "".join(f"{line}\n" for line in script.splitlines() if re.match(r"\w+=", line))
            outputs.append(_run(told + script, service.database.url, tmp_path))
    assert "3 failed" in outputs[1]
    assert "0 failed; 0 gaps" in outputs[2]
    clock.moment = datetime(2027, 1, 4, 2, tzinfo=UTC)
    answer = Client(create_app(service)).signed_in(FIRM).apply(SUBSIDY).json()
    assert answer["ruleset"] == "employment-creation-subsidy/2027-01-04"
    assert "参保满5个月" in str(answer["reasons"])


@contextmanager
def _served(service: Service) -> Iterator[int]:
    """On a socket, at the clock's time."""
    server = uvicorn.Server(uvicorn.Config(create_app(service), port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def _edit(folder: Path, block: str) -> None:
    """In whichever of the two files has the lines."""
    lines = block.splitlines()
    for old, new in zip(lines[::2], lines[1::2], strict=True):
        found = [each for each in (folder / f"{_DRAFT}.yaml", folder / f"{_DRAFT}.cases.yaml") if old[1:] in each.read_text("utf-8")]
        assert found, old
        for each in found:
            each.write_text(each.read_text("utf-8").replace(old[1:], new[1:]), "utf-8")


def _run(script: str, database: str, folder: Path) -> str:
    """A command of ours that finds failed cases exits 1, which the guide means it to."""
    shell = f'miaopi() {{ if [ "$1" = policies ]; then set -- "$@" --database "{database}"; fi; \
PYTHONPATH={ROOT} {sys.executable} -m service.cli "$@" --lang en || [ "$1" = test ]; }}\n'
    done = subprocess.run(["bash", "-c", shell + script], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(done.stdout + done.stderr)
    return done.stdout + done.stderr
