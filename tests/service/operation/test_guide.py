"""The operator's guide tells of every metric and of no other, and every command in it is one."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from service.settings import Settings
from service.state import Service
from tests.service.conftest import ROOT, Client

GUIDE = (ROOT / "docs" / "operating.md").read_text("utf-8")
_DEFINED = re.compile(r'(Counter|Histogram|GaugeMetricFamily)\(\s*"(miaopi_\w+)"')


def test_every_metric_is_in_the_guide() -> None:
    defined = set()
    for path in (ROOT / "service").rglob("*.py"):
        for kind, name in _DEFINED.findall(path.read_text("utf-8")):
            defined.add(f"{name}_total" if kind == "Counter" else name)
    short = GUIDE.replace("`…_", "`miaopi_open_cases_")
    told = set(re.findall(r"`(miaopi_\w+)`", short.partition("## Metrics")[2].partition("## Work")[0]))
    assert told == defined


def test_the_commands_of_the_drill_do_what_the_guide_says(
    client: Client, li: Client, service: Service, settings: Settings, tmp_path: Path
) -> None:
    if settings.database.get_backend_name() != "sqlite":
        return
    li.apply()
    service.sealer.seal()
    (tmp_path / "backups").mkdir()
    (tmp_path / "backup.pass").write_text("drill\n")
    block = GUIDE.partition("## Backup and restore")[2].split("```")[1]
    lines = [shlex.split(line) for line in block.strip().splitlines()]
    assert [line[1] for line in lines] == ["backup", "restore", "audit"]
    for line in lines:
        data = settings.data if line[1] == "backup" else tmp_path / "restored"
        made = next((tmp_path / "backups").glob("*.backup"), None)
        words = [str(made) if word.endswith("Z.backup") else word for word in line[1:]]
        environment = {"PATH": "", "PYTHONPATH": str(ROOT), "MIAOPI_DATA": str(data), "LANG": "en"}
        done = subprocess.run(
            [sys.executable, "-m", "service.cli", *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
