"""Whole submissions a second, beside what the ordinary stack does with one bare insert: `python -m bench.submit`."""
