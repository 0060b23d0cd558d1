"""Where figures are kept: `bench/results/<name>.json`, each set with the command and the machine that made it.

`bench.report` writes docs/performance.md from these files, so that no figure is typed by hand.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Machine:
    """`load` is the one-minute load average when the measurement ended: above 1, something else may have been running."""

    processor: str
    cores: int
    memory_gib: int
    python: str
    system: str
    day: str
    load: float


def this_machine() -> Machine:
    models = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
              if line.startswith("model name")]
    return Machine(
        processor=models[0] if models else platform.machine(),
        cores=os.cpu_count() or 1,
        memory_gib=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        python=platform.python_version(),
        system=platform.system(),
        day=datetime.now(UTC).date().isoformat(),
        load=round(os.getloadavg()[0], 2),
    )


def save(name: str, command: str, figures: Mapping[str, Any]) -> None:
    """Replaces the figures of that name."""
    RESULTS.mkdir(exist_ok=True)
    kept = {"command": command, "machine": asdict(this_machine()), "figures": dict(figures)}
    (RESULTS / f"{name}.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def saved(name: str) -> dict[str, Any] | None:
    """`command`, `machine` and `figures` as last saved; None if never."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
