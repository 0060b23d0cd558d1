"""What the log tells, and that it tells nothing of anybody, whatever they send and whoever logs it."""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path

import orjson
import pytest

from service.demo import APPROVER, LI, WU
from service.operation.logs import FIELDS, Fields, WithoutValues, set_up_logs
from service.protection.masked_logs import MaskedLogs
from service.settings import Settings
from service.unusable import Unusable
from tests.service.conftest import CLAIM, V1, Client
from tests.service.operation.process import served
from tests.service.plain_search import plain_search

SECRETS = ["李桂芳", "吴秀珍", LI, WU, "6222000000000001", "13800138000"]
ALLOWED = {"time", "level", "event", "logger", "request", "error", *FIELDS}


def test_a_log_holds_what_operators_need_and_nothing_of_anybody(settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    with served(settings, log, {"MIAOPI_LOG": "json"}) as running:
        li = running.signed_in(LI)
        answer = running.client.post(f"{V1}/applications", json=CLAIM, headers={**li, "Idempotency-Key": f"{LI}李桂芳".encode().hex()})
        number, request = answer.json()["number"], answer.headers["X-Request-Id"]
        running.client.get(f"{V1}/cases/{LI}?name=李桂芳", headers=running.signed_in(APPROVER))
        running.client.get(f"/{LI}/李桂芳?phone=13800138000", headers={"User-Agent": LI, "X-Request-Id": LI})
        running.client.get(f"{V1}/matters?query={WU}")
        running.client.post(f"{V1}/applications", content=f'{{"situation": "{LI}", "吴秀珍'.encode(), headers=li)
        running.client.request("李桂芳".encode().hex()[:12].upper(), f"/{WU}")
        running.end()
    assert plain_search([log], SECRETS) == []
    lines = [orjson.loads(line) for line in log.read_bytes().splitlines()]
    assert {name for line in lines for name in line} <= ALLOWED
    [submission] = [line for line in lines if line.get("request") == request]
    assert submission["case"] == number
    told = {name: submission[name] for name in ("event", "level", "method", "route", "status")}
    assert told == {"event": "request", "level": "INFO", "method": "POST", "route": f"{V1}/applications", "status": 201}
    assert {line["route"] for line in lines if "route" in line} <= {
        "unmatched", f"{V1}/applications", f"{V1}/cases/{{number}}", f"{V1}/matters", f"{V1}/sessions"
    }  # fmt: skip


def test_every_answer_has_an_id_of_its_own_whatever_the_caller_sends(client: Client) -> None:
    answers = [client.get(path, headers={"X-Request-Id": "mine"}) for path in ("/healthz", "/nothing", f"{V1}/cases")]
    ids = [each.headers["X-Request-Id"] for each in answers]
    assert len({*ids}) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in ids)


@pytest.mark.parametrize("shape", ["json", "text"])
def test_libraries_and_exceptions_are_told_without_their_values(shape: str) -> None:
    try:
        raise ValueError("李桂芳")
    except ValueError:
        record = logging.LogRecord("some.library", logging.ERROR, "x.py", 1, "gave up on %s", ("李桂芳",), sys.exc_info())
    record.args_of_it = "李桂芳"
    assert WithoutValues().filter(record)
    assert MaskedLogs().filter(record)
    line = Fields("json" if shape == "json" else "text").format(record)
    assert "李" not in line
    assert "gave up on %s" in line
    assert "ValueError at " in line
    assert "test_logs.py:" in line


def test_the_service_masks_what_it_says_itself() -> None:
    record = logging.LogRecord("service.x", logging.ERROR, "x.py", 1, "of %s", (LI,), None)
    assert WithoutValues().filter(record)
    assert MaskedLogs().filter(record)
    assert LI not in Fields("json").format(record)


def test_a_shape_that_is_none_stops_the_start() -> None:
    with pytest.raises(Unusable, match="MIAOPI_LOG"):
        set_up_logs({"MIAOPI_LOG": "xml"})
