"""Limits on how often somebody may call."""

from service.rate_limits.windows import SharedWindow

__all__ = ["SharedWindow"]
