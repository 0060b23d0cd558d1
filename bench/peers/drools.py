"""The peers' workload for Drools (https://www.drools.org), in a Java process of its own: an extra, where it is installed.

The jars are those of `drools-jpy` (`pip install --no-deps drools-jpy`); Java 17 or later compiles and runs `Drools.java`.
"""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from bench.peers.workload import Document, documents, hand_written

PROGRAM = Path(__file__).parent / "Drools.java"


def jar() -> Path | None:
    """Drools as drools-jpy carries it; None without it or without Java."""
    package = find_spec("drools")
    places = list(package.submodule_search_locations or ()) if package else []
    found = [path for place in places for path in Path(place).glob("jars/drools-*.jar")]
    return found[0] if found and shutil.which("java") else None


def run(jar: Path) -> dict[str, Any]:
    """Medians in microseconds over the rounds of one run, after Java has compiled what is hot; `disagreements` of them."""
    java = str(shutil.which("java"))
    command = [java, "-Dfile.encoding=UTF-8", "-cp", str(jar), str(PROGRAM)]
    lines = "\n".join(_line(each) for each in documents()) + "\n"
    printed = subprocess.run(command, input=lines.encode(), capture_output=True, check=True, timeout=120).stdout.decode()
    found: dict[str, Any] = {"disagreements": 0}
    medians: dict[str, list[float]] = {}
    for line in printed.splitlines():
        name, value = line.split("\t")
        if name == "disagreements":
            found[name] += int(value)
        else:
            medians.setdefault(name, []).append(float(value))
    return found | {
        name: {"median": median(each), "min": min(each), "max": max(each)} for name, each in medians.items()
    }


def _line(given: Document) -> str:
    """A document as tab-separated fields, with the conclusion expected last."""
    form, licences = given["submission"], given["licences"]
    claim, id_card, hukou = form["claim"], licences["id_card"], licences["hukou"]
    fields = [
        given["today"], form["name"], form["id_no"], form["birth_date"], form["bank"], id_card["name"], id_card["id_no"],
        id_card["valid_until"], hukou["valid_until"], hukou["district"], form["household_size"], form["monthly_income"],
        claim["base"], claim["months"], claim["paid"], claim["amount"], licences["disability"].get("level", 0),
        form["declared"], form["receives_other"], ",".join(each["birth_date"] for each in form["dependants"]),
        hand_written(given)[0],
    ]
    return "\t".join(str(each) for each in fields)
