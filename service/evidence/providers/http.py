"""The HTTP provider: asks a licence repository, all questions at once, and relies on nothing that is not signed.

One client with pooled connections lives on an event loop of its own, so that any thread may ask. What passes is retried, briefly;
a source that keeps failing is left alone for a while (circuit breaker), each type of evidence by itself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import stamina
from anyio.from_thread import start_blocking_portal

from engine.decision.strict_json import BadJSON, read_json
from service.evidence.alarms import raise_alarm
from service.evidence.providers.breaker import CircuitBreaker, CircuitOpen
from service.evidence.providers.interface import Question, Reason, Reply, together, unavailable
from service.evidence.providers.statements import (
    ALARMING,
    IssuerKey,
    Untrusted,
    checked,
    header_of,
    read_keys,
    verified,
)
from service.evidence.settings import EvidenceSettings
from service.evidence.watched import watch

LARGEST_ANSWER = 1 << 20
"""Bytes of one answer."""
KEYS_LAST = 600
"""Seconds for which a repository's keys are taken as they were; an id not among them is looked up at once."""
_ATTEMPTS = 3
_FAILURES = 5  # in a row, and a source is left alone
_AGAIN = (502, 503, 504)
_PERSON, _ORGANISATION = "111", "001"
_logger = logging.getLogger(__name__)


class _Failed(Exception):
    """The source gave no answer."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class _Passing(_Failed):
    """A failure before anything was answered, which may be over at once."""


class HttpProvider:
    outside = True

    def __init__(self, url: str, settings: EvidenceSettings) -> None:
        self._settings = settings
        self._portal_context = start_blocking_portal("asyncio")
        self._portal = self._portal_context.__enter__()
        limits = httpx.Limits(max_connections=settings.connections)
        # No proxy of the environment, no redirect: what is asked goes where it was meant to.
        self._client = httpx.AsyncClient(base_url=url, timeout=None, limits=limits, trust_env=False)  # noqa: S113 — asyncio's
        self._breakers: dict[str, CircuitBreaker] = {}
        self._keys: Mapping[str, IssuerKey] = {}
        self._keys_until = 0.0
        self._looking_up = asyncio.Lock()

    def ask(self, questions: Sequence[Question], within: float) -> Sequence[Reply]:
        return self._portal.call(self._ask_all, questions, within)

    def close(self) -> None:
        self._portal.call(self._client.aclose)
        self._portal_context.__exit__(None, None, None)

    async def _ask_all(self, questions: Sequence[Question], within: float) -> Sequence[Reply]:
        return await asyncio.gather(*(self._timed(each, within) for each in questions))

    async def _timed(self, question: Question, within: float) -> Reply:
        began = time.perf_counter()
        reply = await self._ask(question, within)
        watch(question.type.id, reply, time.perf_counter() - began)
        return reply

    async def _ask(self, question: Question, within: float) -> Reply:
        until = asyncio.get_running_loop().time() + within
        try:
            with self._breaker(question.type.id).guarding():
                async with asyncio.timeout_at(until):
                    tokens = await self._fetch(question)
            async with asyncio.timeout_at(until):
                return together([await self._rely_on(each, question) for each in tokens])
        except TimeoutError:
            return unavailable("timed-out")
        except CircuitOpen:
            return unavailable("circuit-open")
        except _Failed as failed:
            return unavailable(failed.reason)
        except Untrusted as untrusted:
            return unavailable(untrusted.reason)
        except Exception as error:
            _logger.error("evidence %s could not be fetched: %s", question.type.id, type(error).__name__)
            return unavailable("failed")

    def _breaker(self, type_: str) -> CircuitBreaker:
        if type_ not in self._breakers:
            self._breakers[type_] = CircuitBreaker(_FAILURES, self._settings.source_rest, (_Failed, TimeoutError))
        return self._breakers[type_]

    async def _fetch(self, question: Question) -> Sequence[str]:
        """The signed statements. Raises `_Failed`, `Untrusted`."""
        path, data = _asked(question)
        answer = await self._call("POST", path, {"data": data})
        match answer:
            case {"ack_code": "SUCCESS", "data": {"signed": [*tokens]}} if all(isinstance(each, str) for each in tokens):
                return tokens
        raise Untrusted("malformed")

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an answer. Only what has surely not been answered is asked again."""
        async for attempt in stamina.retry_context(
            on=_Passing, attempts=_ATTEMPTS, timeout=None, wait_initial=0.05, wait_max=0.5, wait_jitter=0.1
        ):
            with attempt:
                return await self._call_once(method, path, body)

    async def _call_once(self, method: str, path: str, body: Any) -> Any:
        try:
            async with self._client.stream(method, path, json=body) as response:
                if response.status_code != 200:
                    raise _Passing("down") if response.status_code in _AGAIN else _Failed("refused")
                received = bytearray()
                async for chunk in response.aiter_bytes():
                    received += chunk
                    if len(received) > LARGEST_ANSWER:
                        raise Untrusted("malformed")
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            raise _Passing("unreachable") from None
        except httpx.HTTPError:
            raise _Failed("unreachable") from None
        try:
            return read_json(bytes(received))
        except BadJSON:
            raise Untrusted("malformed") from None

    async def _rely_on(self, token: str, question: Question) -> Reply:
        """One statement as an answer. Raises `_Failed` where the keys cannot be had."""
        named: str | None = None
        try:
            header = header_of(token)
            key = await self._key(header.kid)
            statement = verified(token, key, question)
            named = statement.named
            answer = checked(statement, header, key, self._settings.issuers_of(question.type.id), question)
            reason = None
        except Untrusted as untrusted:
            answer, reason = untrusted.answer, untrusted.reason
            if reason in ALARMING:
                raise_alarm(question.type.id, reason)
        return Reply(answer, reason, (named,) if named else ())

    async def _key(self, kid: str) -> IssuerKey:
        """Keys rotate: one that is not known, or all when they are old, are fetched anew. Raises `Untrusted`, `_Failed`."""
        async with self._looking_up:
            if kid not in self._keys or time.monotonic() > self._keys_until:
                self._keys = read_keys(await self._call("GET", "/keys"))
                self._keys_until = time.monotonic() + KEYS_LAST
        if kid not in self._keys:
            raise Untrusted("unknown-key")
        return self._keys[kid]


def _asked(question: Question) -> tuple[str, Mapping[str, Any]]:
    """The operation and its data, in the manner of GB/T 36906."""
    number = question.subject
    data = {
        "holderCode": number,
        "holderTypeCode": _PERSON if number[:17].isdecimal() else _ORGANISATION,
        "useCause": question.purpose[:200],
    }
    if question.type.kind == "check":
        return "/share/GetCheckAnswerByHolder", {**data, "checkCode": question.type.id}
    return "/share/GetCertificateDataByHolder", {**data, "certTypeCode": question.type.type_code}
