"""Sealing on both databases: what is committed is sealed once, in one order without gaps, and holds when it is computed anew."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import URL, text

from service import audit
from service.audit import store
from service.audit.anchors import AnchorAddress
from service.audit.checking import Report, verify
from service.audit.heads import read_head
from service.audit.proofs import Unproved, check_proof, prove_case, prove_growth
from service.audit.sealer import Sealer
from service.audit.sealing import Broken, anchor, seal
from service.database.rows import insert_rows
from service.signing_keys import PublicKeys, SigningKeys
from tests.service.audit.history import History, history
from tests.service.databases import beside


@pytest.fixture
def record(database: URL, tmp_path: Path) -> Iterator[History]:
    with history(database, tmp_path) as record:
        yield record


def checked(record: History) -> Report:
    with record.database.reading() as session:
        return verify(session, record.public, record.anchors.kept())


def positions(url: URL) -> list[tuple[int, int]]:
    with beside(url) as connection:
        return [(position, row) for position, row in connection.execute(text("SELECT position, row_id FROM audit_leaf ORDER BY 1"))]


def test_an_empty_record_is_whole(record: History) -> None:
    assert record.seal() == 0
    assert checked(record) == Report((), 0, 0, (), 0, None)


def test_every_committed_row_is_sealed_once_and_the_record_holds(record: History, database: URL) -> None:
    for _ in range(3):
        record.sealed(7)
    assert record.seal() == 0
    record.grow(2)
    found = checked(record)
    assert found.findings == ()
    assert (found.sealed, found.batches) == (21, found.anchored)
    assert len(found.unsealed) == 2
    assert positions(database) == [(each, each + 1) for each in range(21)]


def test_large_histories_are_sealed_in_batches_and_their_tree_is_kept(record: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.audit.sealing.LARGEST_BATCH", 5)
    monkeypatch.setattr(store, "TILE", 2)
    record.sealed(37)
    found = checked(record)
    assert found.findings == ()
    assert found.sealed == 37
    assert found.batches >= 7
    with record.database.reading() as session:
        assert {(level, place) for level, place in store.tiles(session)} == {
            *((2, each) for each in range(9)), (4, 0), (4, 1)
        }  # fmt: skip
        for case in range(5):
            check_proof(prove_case(session, f"LH2026112300000000{case}").model_dump(), record.public)


def test_a_row_of_a_transaction_that_still_runs_waits_with_all_that_came_after(record: History, database: URL) -> None:
    if database.get_backend_name() == "sqlite":
        pytest.skip("SQLite has one writer, so nothing is committed while another transaction runs")
    record.sealed(3)
    with beside(database) as connection:
        insert_rows(connection, [audit.row(record.now, None, "case.slow")])
        record.grow(2)
        record.seal()
        assert checked(record).sealed == 3
        assert len(checked(record).unsealed) == 2
    record.sealed(0)
    assert (checked(record).sealed, checked(record).findings) == (6, ())
    assert [row for _, row in positions(database)] == [1, 2, 3, 4, 5, 6]


def test_of_sealers_that_meet_none_seals_what_another_has(record: History) -> None:
    record.grow(40)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: seal(record.database, record.keys, record.now), range(8)))
    record.sealed(0)
    found = checked(record)
    assert (found.findings, found.sealed) == ((), 40)


def test_rows_are_sealed_on_in_another_installation(record: History, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr(store, "_end", lambda session: 10**9)  # whose transactions were counted far
        record.sealed(3)
    record.grow(5)
    monkeypatch.setattr("service.audit.sealing.LARGEST_BATCH", 2)
    assert record.seal() == 3
    assert checked(record).sealed == 8
    record.sealed(2)
    assert checked(record).findings == ()


def test_nothing_is_sealed_upon_a_record_that_was_changed(record: History, database: URL) -> None:
    record.sealed(6)
    record.grow(1)
    with beside(database) as connection:
        connection.execute(text("UPDATE audit_leaf SET hash = :other WHERE position = 5"), {"other": bytes(32)})
    with pytest.raises(Broken, match="does not agree"):
        record.seal()
    with beside(database) as connection:
        connection.execute(text("DELETE FROM audit_leaf WHERE position = 5"))
    with pytest.raises(Broken, match="missing"):
        record.seal()


def test_nothing_is_sealed_upon_a_strangers_head(record: History, tmp_path: Path) -> None:
    record.sealed(2)
    record.grow(1)
    record.keys = SigningKeys(tmp_path / "other.json")
    with pytest.raises(Broken, match="not signed"):
        record.seal()


def test_proofs_hold_and_hold_for_nothing_else(record: History, tmp_path: Path) -> None:
    for _ in range(3):
        record.sealed(11)
    record.grow(5)
    with record.database.reading() as session:
        proof = prove_case(session, "LH20261123000000001").model_dump()
        none = prove_case(session, "LH20261123000000009").model_dump()
    assert len(proof["rows"]) == 7
    assert len(proof["not_sealed"]) == 1
    check_proof(proof, record.public)
    assert check_proof(none, record.public).model_dump()["rows"] == []
    row = proof["rows"][2]
    spoilt = [
        proof | {"head": None},
        proof | {"case": "LH20261123000000002"},
        proof | {"rows": [row | {"position": row["position"] + 1}]},
        proof | {"rows": [row | {"entry": row["entry"] | {"action": "case.rejected"}}]},
        proof | {"rows": [row | {"path": row["path"][:-1]}]},
        proof | {"rows": [{}]},
        [],
    ]
    for each in spoilt:
        with pytest.raises(Unproved):
            check_proof(each, record.public)
    with pytest.raises(Unproved, match="not trusted"):
        check_proof(proof, PublicKeys(SigningKeys(tmp_path / "other.json").public()))


def test_it_is_proved_that_the_record_only_grew(record: History) -> None:
    for _ in range(4):
        record.sealed(5)
    with record.database.reading() as session:
        seals = list(store.seals(session))
        old, new = sorted(random.Random(1).sample(seals, 2), key=lambda each: each.batch)
        proof = prove_growth(session, old, new).model_dump()
    check_proof(proof, record.public)
    for changed in ({"old": proof["new"]}, {"path": proof["path"][1:]}):
        with pytest.raises(Unproved, match="does not begin"):
            check_proof(proof | changed, record.public)


def test_a_new_key_seals_on(record: History) -> None:
    record.sealed(2)
    record.keys.rotate()
    record.sealed(2)
    assert checked(record).findings == ()


def test_heads_are_anchored_in_order_also_after_the_anchor_was_away(record: History) -> None:
    taken: list[str] = []
    tried: list[int] = []
    answers = iter([503, 200, 503, *[200] * 20])

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            token = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status = next(answers)
            tried.append(status)
            if status == 200:
                assert self.headers["Content-Type"] == "application/jose"
                taken.append(token)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        anchored = AnchorAddress(f"http://127.0.0.1:{server.server_port}/heads", record.anchors)
        sealer = Sealer(record.database, record.keys, anchored, lambda: record.now, every=3600)
        record.grow(3)
        outcomes = [sealer.seal()]
        while not tried:  # whatever else runs on the server has not ended yet, and holds up the first batch
            time.sleep(0.1)
            outcomes = [sealer.seal()]
        record.grow(3)
        outcomes += [sealer.seal() for _ in range(3)]
        server.shutdown()
    assert outcomes[0] is False
    assert outcomes[-1] is True
    assert [read_head(each, record.public).head.batch for each in taken] == list(range(1, len(taken) + 1))
    assert tuple(taken) == record.anchors.kept()
    assert checked(record).findings == ()


def test_a_record_that_is_not_the_anchored_one_is_not_anchored(record: History, tmp_path: Path) -> None:
    record.sealed(3)
    kept = record.anchors.kept()
    record.anchors.path.write_bytes(b"")
    record.anchors.keep([*kept, record.keys.sign("miaopi-head+jws", b"{}")])
    with pytest.raises(Broken, match="anchored"):
        anchor(record.database, record.keys, record.anchors)


def test_the_sealer_seals_what_is_left_when_it_ends(record: History) -> None:
    sealer = Sealer(record.database, record.keys, record.anchors, lambda: record.now, every=3600)
    sealer.close()
    sealer.start()
    record.grow(3)
    sealer.close()
    record.sealed(0)
    assert checked(record).sealed == 3
