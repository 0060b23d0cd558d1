"""What every process of `tests.processes` begins with."""

from __future__ import annotations

import pypinyin

import service.serving
from service.routes import routes

__all__ = ["pypinyin", "service"]
routes()
