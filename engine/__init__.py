"""Reads rulesets, decides by them, proves them right. Pure: no HTTP, no SQL, no clock of its own, no global state."""

from __future__ import annotations

__version__ = "0.2.0.dev0"
