"""What is hidden in lists and in logs, and what is left alone."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from service.protection.masked_logs import MaskedLogs, mask_logs
from service.protection.masking import masked_account, masked_name, masked_number, masked_phone, masked_text

LI = "440309194503150021"


@pytest.mark.parametrize(("shown", "masked"), [
    (masked_number(LI), "440309********0021"),
    (masked_name("李桂芳"), "李**"),
    (masked_name("王芳"), "王*"),
    (masked_name(""), ""),
    (masked_phone("13812345678"), "138****5678"),
    (masked_phone("110"), "***"),
    (masked_account("6222000000000001"), "6222********0001"),
])  # fmt: skip
def test_masked_as_people_expect(shown: str, masked: str) -> None:
    assert shown == masked


@pytest.mark.parametrize(("text", "left"), [
    (f"no {LI}.", "no 440309********0021."),
    (f"number={LI}&x", "number=440309********0021&x"),
    ("44030919970313001x", "440309********001x"),
    (f"身份证{LI}号", "身份证440309********0021号"),
    (f"id{LI}", "id440309********0021"),
    ("440309194503150021", "440309********0021"),
    ("银行卡6222000000000001", "银行卡6222********0001"),
    ("6222 0000 0000 0001", "6222***********0001"),
    ("130309450315002", "1303*******5002"),
    ("92440309MA5XQY1231", "924403********1231"),
    ("电话13812345678，", "电话138****5678，"),
    ("+8613812345678", "+86*******5678"),
    ("138-1234-5678", "138******5678"),
    ("0755-28123456", "075******3456"),
])  # fmt: skip
def test_numbers_of_people_are_masked_in_text(text: str, left: str) -> None:
    assert masked_text(text) == left


@pytest.mark.parametrize("text", [
    "case LH20261123000000017 approved",
    "2026-11-23 02:00:00,123 INFO",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "1764151432123",
    "127.0.0.1:8000",
    "senior-allowance/2019-10-01",
    "11440300007542195T3442108219000",
])  # fmt: skip
def test_what_is_nobodys_is_left(text: str) -> None:
    assert masked_text(text) == text


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    handler.addFilter(MaskedLogs())
    parent = logging.getLogger("tests.masking")
    parent.addHandler(handler)
    parent.propagate = False
    yield parent.getChild("child"), written
    parent.removeHandler(handler)


def test_messages_and_their_arguments_are_masked(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.error("about %s and %d", LI, int(LI))
    assert written.getvalue() == "ERROR about 440309********0021 and 440309********0021\n"


def test_exceptions_are_masked_with_what_caused_them(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    try:
        try:
            raise ValueError(f"bad {LI}")
        except ValueError as error:
            raise RuntimeError("phone 13812345678") from error
    except RuntimeError:
        logger.exception("failed", stack_info=True)
    assert "Traceback" in written.getvalue()
    assert "RuntimeError: phone 138****5678" in written.getvalue()
    assert "ValueError: bad 440309********0021" in written.getvalue()
    assert LI not in written.getvalue()


def test_extra_fields_are_masked() -> None:
    record = logging.makeLogRecord({"msg": "x", "who": LI, "number": int(LI), "held": {"number": LI}, "count": 3})
    MaskedLogs().filter(record)
    held = vars(record)
    assert (held["who"], held["number"], held["count"]) == ("440309********0021", "440309********0021", 3)
    assert LI not in held["held"]


def test_a_wrong_call_of_the_logger_loses_nothing(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log
    logger.error("about %d", LI)
    assert written.getvalue() == "ERROR about %d (TypeError in its arguments)\n"


def test_every_handler_is_covered_once(log: tuple[logging.Logger, io.StringIO]) -> None:
    fresh = logging.StreamHandler(io.StringIO())
    logging.getLogger("tests.masking.other").addHandler(fresh)
    mask_logs()
    mask_logs()
    assert [type(each) for each in fresh.filters] == [MaskedLogs]
    for handler in logging.root.handlers:  # those of pytest
        handler.filters = [each for each in handler.filters if not isinstance(each, MaskedLogs)]
    logging.getLogger("tests.masking.other").removeHandler(fresh)
