"""Everything that can be done with licences, for the service's other nouns and for pages."""

from __future__ import annotations

from service.licences.issuing import follow, revoke
from service.licences.verifying import new_code, verify
from service.licences.wallet import licence, result_of, wallet

__all__ = ["follow", "licence", "new_code", "result_of", "revoke", "verify", "wallet"]
