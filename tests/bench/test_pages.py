"""What the measurement of the pages stands on, and its bar, in processor time, which other work on the machine does not add to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.pages.__main__ import SLOWEST, apply, kinds, measured
from bench.pages.district import MATTERS, SITUATIONS, write_district
from bench.pages.serving import Served, serving_district
from engine.catalogue import Catalogue, read_catalogue
from engine.cli import COMMANDS, run

ROUNDS = 12


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("district")
    write_district(folder)
    return folder


@pytest.fixture(scope="module")
def catalogue(district: Path) -> Catalogue:
    return read_catalogue("matters.yaml", (district / "matters.yaml").read_bytes())


@pytest.fixture(scope="module")
def served(district: Path) -> Iterator[Served]:
    with serving_district(district) as found:
        yield found


def test_the_district_is_a_whole_one_that_check_has_nothing_against(district: Path, catalogue: Catalogue) -> None:
    assert (len(catalogue.matters), len(catalogue.situations)) == (MATTERS, SITUATIONS)
    assert len({each.name for each in catalogue.matters.values()}) == MATTERS
    assert run(["check", "--rules", str(district)], COMMANDS) == 0


def test_every_kind_of_page_of_a_whole_district_is_within_the_bar(served: Served, catalogue: Catalogue) -> None:
    figures = {name: measured(served, ask, ROUNDS) for name, ask in kinds(catalogue, apply(served)).items()}
    assert {name: each["cpu"] for name, each in figures.items() if each["cpu"] > SLOWEST} == {}


def test_an_answer_does_not_wait_for_the_receipt_of_its_head(served: Served) -> None:
    """Nagle's algorithm held every answer up for 40 ms, whatever it took to make."""
    fastest = measured(served, lambda: ("/readyz", {}), ROUNDS)["least"]
    assert fastest < 35
