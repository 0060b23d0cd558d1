"""Logs: one line an event, as JSON or as text, of named fields alone; what looks like a personal number in them is masked.

Whatever a library says is logged by its template without what was put into it, and an exception by its kind and place: values may be
personal, and a name has no shape to tell it by.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from service.operation.variables import unknown
from service.protection.masked_logs import MaskedLogs
from service.unusable import Unusable

FORMAT = "MIAOPI_LOG"
FIELDS = ("case", "method", "route", "status", "ms")
"""What a record may have beside its time, level, event, request and error."""
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Of the request that is being answered."""
_OURS = ("service", "engine", "uvicorn", "__main__")
_QUIET = {"httpx": logging.WARNING, "alembic": logging.WARNING, "fontTools": logging.ERROR, "pypdf": logging.ERROR}


class WithoutValues(logging.Filter):
    """Takes what others put into their messages out of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.split(".")[0] not in _OURS:
            record.args = None
            record.msg = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        if record.exc_info and record.exc_info[0] is not None:
            places = traceback.extract_tb(record.exc_info[2])[-1:]
            where = "".join(f" at {each.filename}:{each.lineno}" for each in places)
            record.__dict__["error"] = record.exc_info[0].__name__ + where
        record.exc_info = record.exc_text = record.stack_info = None
        return True


class ToStandardError(logging.Handler):
    """To standard error as it is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            print(self.format(record), file=sys.stderr, flush=True)
        except Exception:
            self.handleError(record)


class Fields(logging.Formatter):
    """A line of `shape` for each record."""

    def __init__(self, shape: Literal["json", "text"]) -> None:
        super().__init__()
        self.shape = shape

    def format(self, record: logging.LogRecord) -> str:
        told = fields_of(record)
        if self.shape == "json":
            return orjson.dumps(told).decode()
        first = f"{told.pop('time')} {told.pop('level')} {told.pop('event')}"
        return " ".join([first, *(f"{name}={value}" for name, value in told.items())]).replace("\n", " ")


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Those that there are, in the order in which they are read best."""
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    found: dict[str, Any] = {"time": at, "level": record.levelname, "event": record.getMessage(), "logger": record.name}
    named = {name: getattr(record, name, None) for name in FIELDS}
    found |= {"request": request_id.get(), **named, "error": getattr(record, "error", None)}
    return {name: value for name, value in found.items() if value is not None}


def set_up_logs(environment: Mapping[str, str]) -> None:
    """Everything that is logged in this process goes to standard error, this way alone. Raises `Unusable`."""
    shape = environment.get(FORMAT) or "text"
    if shape not in ("json", "text"):
        raise Unusable(f"{FORMAT} must be json or text")
    handler = ToStandardError()
    handler.setFormatter(Fields("json" if shape == "json" else "text"))
    handler.addFilter(WithoutValues())
    handler.addFilter(MaskedLogs())
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
    for each in unknown(environment):
        logging.getLogger(__name__).warning(each)
