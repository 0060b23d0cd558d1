"""A load: connections that each send one request after the other, raw, so that the client costs little beside the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """`seconds` for all of them; `latencies` in milliseconds, ascending."""

    requests: int
    seconds: float
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    def percentile(self, share: float) -> float:
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)]


def request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", f"Content-Length: {len(body)}",
             *(f"{name}: {value}" for name, value in headers.items())]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def run(port: int, count: int, connections: int, make: Callable[[int], bytes]) -> Load:
    """Sends `make(n)` for every n below `count`. Raises where one is not answered with 201."""
    return asyncio.run(_run(port, count, connections, make))


async def _run(port: int, count: int, connections: int, make: Callable[[int], bytes]) -> Load:
    turns = iter(range(count))
    latencies: list[float] = []

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for turn in turns:
            began = time.perf_counter()
            writer.write(make(turn))
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            if b" 201 " not in head[:16]:
                raise RuntimeError((head + body).decode())
            latencies.append((time.perf_counter() - began) * 1e3)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return Load(count, time.perf_counter() - began, sorted(latencies))
