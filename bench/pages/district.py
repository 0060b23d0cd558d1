"""The catalogue of a whole district, made from the starter one: 675 matters with 968 situations, no two of the same name."""

from __future__ import annotations

import json
import random
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
MATTERS, SITUATIONS = 675, 968
_PLACES = ("观湖", "民治", "龙华", "大浪", "福城", "观澜", "清湖", "北站", "梅林关", "红山", "上塘", "元芬", "景龙")
"""What tells the copies of one matter apart."""


def write_district(folder: Path) -> None:
    """`matters.yaml` and `rules/` of it, as `--rules` takes them."""
    written = yaml.load((ROOT / "matters.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    matters = [_copy(each, place, number) for number, place in enumerate(_PLACES) for each in written["matters"]][:MATTERS]
    _drop(matters)
    # JSON is YAML, with every text in quotes.
    (folder / "matters.yaml").write_text(json.dumps({**written, "matters": matters}, ensure_ascii=False, indent=1), "utf-8")
    shutil.copytree(ROOT / "rules", folder / "rules")


def _copy(matter: dict[str, Any], place: str, number: int) -> dict[str, Any]:
    """The first copy keeps its ids: the made-up people's cases are of those."""
    copied = deepcopy(matter)
    if number == 0:
        return copied
    copied["id"] = f"{matter['id']}-{number}"
    copied["name"] = f"{matter['name']}（{place}街道）"
    copied["keywords"].append(place)
    for each in copied["situations"]:
        each["id"] += f"-{number}"
    for answer in (answer for each in copied.get("questions", ()) for answer in each["answers"] if "situation" in answer):
        answer["situation"] += f"-{number}"
    return copied


def _drop(matters: list[dict[str, Any]]) -> None:
    """Situations from copies that have several, until as many are left as the district has."""
    draw = random.Random(0)
    several = [each for each in matters if len(each["situations"]) > 1 and each["id"][-1].isdigit()]
    for _ in range(sum(len(each["situations"]) for each in matters) - SITUATIONS):
        chosen = draw.choice(several)
        chosen["situations"].pop()
        chosen.pop("questions", None)  # they lead to every situation
        several = [each for each in several if len(each["situations"]) > 1]
