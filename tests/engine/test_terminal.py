"""The command line in a process of its own: terminals, pipes, other folders, and how fast it starts."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NUMBER = "440309194503150021"
FACTS: dict[str, Any] = {
    "applicant": {"name": "李桂芳", "number": NUMBER},
    "form": {"bank_account": "6222000000000001"},
    "evidence": {
        "id_card": {"name": "李桂芳", "number": NUMBER, "birth_date": "1945-03-15"},
        "hukou": {"city": "深圳市"},
        "death": {"registered": False},
        "notice": "none",
    },
}


def _miaopi(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "service.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, **{"cwd": ROOT, "capture_output": True, "check": False, "env": environment, **options})


def test_a_closed_pipe_is_a_sentence_and_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = _miaopi("test", "--json", capture_output=False, stdout=pipe, stderr=subprocess.PIPE)
    assert (done.returncode, b"Traceback" in done.stderr) == (2, False)
    assert "输出的接收方已关闭" in done.stderr.decode()


def test_a_terminal_without_chinese_gets_question_marks_and_no_traceback(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "latin-1", "LANG": "zh_CN.ISO-8859-1"}
    done = _miaopi("check", "没有.yaml", env=environment)
    assert (done.returncode, b"Traceback" in done.stderr, done.stdout) == (2, False, b"")


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_person_at_a_terminal_sees_words(tmp_path: Path, environment: dict[str, str], coloured: bool) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS), "utf-8")
    terminal, end = os.openpty()
    inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    environment = {**inherited, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "120", **environment}
    done = _miaopi(
        "decide", "senior-allowance", "--facts", str(path), "--lang", "zh", capture_output=False, stdout=end, env=environment
    )
    os.close(end)
    shown = b""
    while chunk := _available(terminal):
        shown += chunk
    assert done.returncode == 0
    for words in ("准予", "年满70周岁", "第三条", "〔不予显示〕", "300.00元"):
        assert words in shown.decode()
    assert (b"\x1b[1;32m" in shown) is coloured


def _available(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # the other end is closed
        return b""


def _processor_time() -> float:
    """Seconds that programs begun here, and ended, have had of the processor: other work on the machine does not count."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_one_changed_file_is_checked_within_a_second() -> None:
    took = []
    for _ in range(3):
        before = _processor_time()
        assert _miaopi("check", "rules/senior-allowance/2019-10-01.yaml").returncode == 0
        took.append(_processor_time() - before)
    assert min(took) < 1


def test_rules_that_come_with_the_package_serve_where_there_are_none(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(FACTS), "utf-8")
    done = _miaopi("decide", "senior-allowance", "--facts", "facts.json", cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)["conclusion"]) == (0, "approve")


def test_the_service_is_refused_several_writers_on_sqlite() -> None:
    done = _miaopi("serve", "--workers", "2", "--lang", "en")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"SQLite has one writing process" in done.stderr
