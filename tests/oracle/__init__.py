"""The oracle: what a ruleset means, computed slowly and plainly, to hold the real engine to it.

Written from `docs/rule-language.md` and `docs/meaning.md` alone. Of the engine it uses the parser and the syntax
tree, nothing else.
"""

from __future__ import annotations

from tests.oracle.decision import Answer, Oracle

__all__ = ["Answer", "Oracle"]
