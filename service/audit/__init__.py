"""The record: who did what to which case, written in the transaction that did it; sealed, anchored, and checked. No personal data."""

from service.audit.actions import By, account_of, record, row

__all__ = ["By", "account_of", "record", "row"]
