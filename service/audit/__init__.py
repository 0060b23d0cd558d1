"""The audit trail: who did what to which case, written in the transaction that did it. It holds no personal data itself."""

from service.audit.actions import record, row

__all__ = ["record", "row"]
