"""What a source can do to a connection: each ends as unavailable with its reason, never as an error."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from engine.decision.evidence import RESERVED
from service.authority.running import licence_types
from service.demo import LI
from service.evidence.providers.http import LARGEST_ANSWER, HttpProvider
from service.evidence.providers.interface import Question, Reply
from service.evidence.settings import EvidenceSettings
from tests.service.conftest import NOW, ROOT

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CARD = licence_types(ROOT / "rules")["resident-id-card"]


def _silence(connection: socket.socket) -> None:
    while connection.recv(65536):  # until the asker gives up
        continue


def _close(connection: socket.socket) -> None:
    connection.recv(1)


def _reset(connection: socket.socket) -> None:
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _drip(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(OK + b"Content-Length: 1000\r\n\r\n")
    while True:  # until the asker gives up
        connection.sendall(b" ")
        time.sleep(0.05)


def _answer(text: bytes, head: bytes = OK) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(head + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(text) + text)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):  # closed with something unread, the connection would be reset
            continue

    return answer


@contextmanager
def _source(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A source on a bare socket that treats every connection so."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=_treat, args=(connection, behave), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def _treat(connection: socket.socket, behave: Callable[[socket.socket], None]) -> None:
    with connection:
        try:
            behave(connection)
        except OSError:  # the asker has given up
            return


def _asked(url: str, within: float = 30) -> Reply:
    provider = HttpProvider(url, EvidenceSettings())
    try:
        [reply] = provider.ask([Question(CARD, LI, "李桂芳", "测试", NOW.date())], within)
    finally:
        provider.close()
    return reply


@pytest.mark.parametrize(("behave", "reason"), [
    (_silence, "timed-out"), (_drip, "timed-out"), (_close, "unreachable"), (_reset, "unreachable"),
    (_answer(b""), "malformed"), (_answer(b"<html>"), "malformed"), (_answer(b"[]"), "malformed"),
    (_answer(b'{"ack_code": "FAILURE", "errors": []}'), "malformed"),
    (_answer(b'{"ack_code": "SUCCESS", "data": {"signed": [1]}}'), "malformed"),
    (_answer(b'{"ack_code": "SUCCESS", "data": {"signed": ["a.b.c"]}}'), "malformed"),
    (_answer(b" " * (LARGEST_ANSWER + 1)), "malformed"), (_answer(b"[" * 100_000), "malformed"),
    (_answer(b"", b"HTTP/1.1 500 No\r\n"), "refused"), (_answer(b"", b"HTTP/1.1 503 No\r\n"), "down"),
    (_answer(b"", b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n"), "refused"),
    (_answer(b"not http", b""), "unreachable"),
])  # fmt: skip
def test_whatever_a_connection_does_ends_as_unavailable_with_its_reason(
    behave: Callable[[socket.socket], None], reason: str
) -> None:
    with _source(behave) as url:
        reply = _asked(url, 1 if reason == "timed-out" else 30)
    assert (reply.answer, reply.reason) == ("unavailable", reason)


def test_that_there_is_no_licence_is_an_answer() -> None:
    with _source(_answer(b'{"ack_code": "SUCCESS", "data": {"signed": []}}')) as url:
        assert _asked(url) == Reply("none")


def test_the_fields_of_a_reply_are_names_of_attributes_alone() -> None:
    answer = dict.fromkeys(RESERVED, "") | {"name": "", "number": ""}
    assert Reply([answer, "none"]).fields == ("name", "number")
