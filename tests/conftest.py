"""How generated examples are drawn: `short`, the same each time; `long`, many and new ones, for `make test-long`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# No deadline and no word on slowness: machines that share their cores would fail tests that hold.
_PATIENT = settings(deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("short", _PATIENT, max_examples=60, derandomize=True)
settings.register_profile("long", _PATIENT, max_examples=3_000)
settings.load_profile("short")
