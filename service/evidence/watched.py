"""How long sources take and what they come to, by type of evidence: histograms and counters for operators."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

from service.evidence.providers.interface import Reply

_seconds = Histogram(
    "miaopi_source_seconds", "Questions to sources of evidence, retries included", ["type"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10),
)  # fmt: skip
_replies = Counter("miaopi_source_replies", "What questions to sources came to: `answered`, or why not", ["type", "outcome"])


def watch(type_: str, reply: Reply, seconds: float) -> None:
    """`type_`: as the rules know it, so there are few."""
    _seconds.labels(type_).observe(seconds)
    _replies.labels(type_, reply.reason or "answered").inc()
