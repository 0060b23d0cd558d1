"""How pages write days, times, amounts and numbers: Shanghai's time, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from service.problems import Language
from service.web.translation import BABEL

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day(value: date | datetime | str, lang: Language) -> str:
    """`2026年11月23日`, `23 November 2026`. A text is an ISO 8601 day."""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).date()
    return format_date(value, "long", locale=BABEL[lang])


def moment(value: datetime, lang: Language) -> str:
    """`2026年11月23日 10:00`, `23 November 2026, 10:00`, of Shanghai."""
    there = value.astimezone(SHANGHAI)
    pattern = "y年M月d日 HH:mm" if lang == "zh" else "d MMMM y, HH:mm"
    return format_datetime(there, pattern, tzinfo=SHANGHAI, locale=BABEL[lang])


def last_day(end: datetime, lang: Language) -> str:
    """The last day before this moment, where something ends as a day of Shanghai does."""
    return day(end - timedelta(microseconds=1), lang)


def money(value: str | Decimal | int, lang: Language) -> str:
    """Yuan: `1,234.50元`, `CNY 1,234.50`."""
    amount = format_decimal(Decimal(str(value)), "#,##0.00", locale=BABEL[lang])
    return f"{amount}元" if lang == "zh" else f"CNY {amount}"


def number(value: int | Decimal, lang: Language) -> str:
    return format_decimal(value, locale=BABEL[lang])


def size(bytes_: int, lang: Language) -> str:
    """`442 B`, `178 kB`, `1.2 MB`, in both languages."""
    if bytes_ < 1000:
        return f"{bytes_} B"
    kilo = bytes_ / 1000
    return f"{kilo:.0f} kB" if kilo < 1000 else f"{format_decimal(Decimal(bytes_) / 1_000_000, '0.#', locale=BABEL[lang])} MB"
