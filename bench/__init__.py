"""Measurements: what a decision costs, beside other engines and at scale. `make bench`, `make bench-peers`, `python -m bench.scale`."""
