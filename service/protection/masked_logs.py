"""A logging filter that masks what looks like a personal number, in messages, exceptions, stacks and extra fields alike.

It belongs on handlers: a filter on a logger does not see what its children log.
"""

from __future__ import annotations

import logging
from typing import Any

from service.protection.masking import masked_text

_formatter = logging.Formatter()
_OWN = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {"message", "asctime", "taskName"}


class MaskedLogs(logging.Filter):
    """Lets every record pass, masked. A record's exception becomes text, so that no formatter can read the original."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked_text(_message(record)), None
        if record.exc_info:
            record.exc_text = record.exc_text or _formatter.formatException(record.exc_info)
            record.exc_info = None
        if record.exc_text:
            record.exc_text = masked_text(record.exc_text)
        if record.stack_info:
            record.stack_info = masked_text(record.stack_info)
        for name in record.__dict__.keys() - _OWN:
            record.__dict__[name] = _masked(record.__dict__[name])
        return True


def mask_logs() -> None:
    """Puts the filter on every handler there is now. To be called when logging is set up."""
    known = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    for handler in {handler for logger in (logging.root, *known) for handler in logger.handlers}:
        if not any(isinstance(each, MaskedLogs) for each in handler.filters):
            handler.addFilter(MaskedLogs())


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # a logger's mistake is no reason to lose the record, and its values are not shown
        return f"{record.msg} ({type(error).__name__} in its arguments)"


def _masked(value: Any) -> Any:
    """Numbers, truths and None as they are; whatever else as masked text."""
    if value is None or isinstance(value, bool | float):
        return value
    text = str(value)
    changed = masked_text(text)
    return changed if isinstance(value, str) or changed != text else value
