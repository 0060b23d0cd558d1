"""What `make bench-peers` compares decides its documents alike. Nothing is timed here."""

from __future__ import annotations

import pytest

from bench.peers.workload import disagreements, miaopi


def test_the_ruleset_decides_as_the_hand_written_python_does() -> None:
    assert disagreements(miaopi()) == 0


@pytest.mark.peers
@pytest.mark.parametrize("trace", [False, True])
def test_zen_decides_as_the_hand_written_python_does(trace: bool) -> None:
    from bench.peers.zen_engine import zen_engine

    assert disagreements(zen_engine(trace=trace)) == 0
