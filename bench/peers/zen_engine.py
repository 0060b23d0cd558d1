"""The peers' workload for GoRules ZEN (https://gorules.io): a decision table, then an expression node of the conditions.

Called the fastest way it has: `engine.evaluate(key)` with a static loader, a dictionary in and a dictionary out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import zen

from bench.peers.workload import BANKS, CONDITIONS, DISTRICTS, INCOME_LIMITS, LARGEST_LIMIT, Decided, Document, Engine


def zen_answers(trace: bool) -> Callable[[Document], dict[str, Any]]:
    """Its answer as it comes. With `trace`, it also says what every node was given and gave."""
    engine: Any = zen.ZenEngine({"loader": {"type": "static", "content": {"workload": _graph()}}})
    options = {"trace": trace}
    return lambda given: engine.evaluate("workload", given, options)


def zen_engine(trace: bool) -> Engine:
    """Conclusion and outcomes, out of its answer."""
    answer = zen_answers(trace)

    def decide(given: Document) -> Decided:
        result = answer(given)["result"]
        return result["conclusion"], tuple(result.get(each) for each in CONDITIONS)

    return decide


def _graph() -> dict[str, Any]:
    limits = [*INCOME_LIMITS.items(), ("", LARGEST_LIMIT)]
    table = {
        "hitPolicy": "first",
        "passThrough": True,
        "inputs": [{"id": "size", "name": "size", "field": "submission.household_size"}],
        "outputs": [{"id": "limit", "name": "limit", "field": "limit"}],
        "rules": [{"_id": str(at), "size": str(size), "limit": str(limit)} for at, (size, limit) in enumerate(limits)],
    }
    conditions = {
        "c01": 'd(today).diff(submission.birth_date, "year") >= 80',
        "c02": f"licences.hukou.district in {_listed(DISTRICTS)}",
        "c03": "d(licences.id_card.valid_until).isSameOrAfter(today)",
        "c04": "submission.name == licences.id_card.name",
        "c05": "submission.monthly_income <= limit",
        "c06": f"submission.bank in {_listed(BANKS)}",
        "c07": 'some(submission.dependants, d(today).diff(#.birth_date, "year") < 18)',
        "c08": "submission.claim.amount <= submission.claim.base * submission.claim.months - submission.claim.paid",
        "c09": 'matches(submission.id_no, "^[1-9][0-9]{16}[0-9Xx]$")',
        "c10": "submission.declared and not submission.receives_other",
        "c11": "licences.disability.level == null ? null : licences.disability.level in [1, 2]",
        "c12": "licences.id_card.id_no == submission.id_no and d(licences.hukou.valid_until).isSameOrAfter(today)",
    }
    outcomes = "[" + ", ".join(f"$.{each}" for each in CONDITIONS) + "]"
    concluding = f"some({outcomes}, # == false) ? 'reject' : some({outcomes}, # == null) ? 'review' : 'approve'"
    expressions = [{"id": key, "key": key, "value": value} for key, value in [*conditions.items(), ("conclusion", concluding)]]
    nodes = [
        _node("in", "inputNode", {}),
        _node("table", "decisionTableNode", table),
        _node("conditions", "expressionNode", {"expressions": expressions}),
        _node("out", "outputNode", {}),
    ]
    edges = [_edge("in", "table"), _edge("table", "conditions"), _edge("conditions", "out")]
    return {"nodes": nodes, "edges": edges}


def _listed(texts: tuple[str, ...]) -> str:
    return json.dumps(texts, ensure_ascii=False)


def _node(id_: str, type_: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"id": id_, "type": type_, "name": id_, "position": {"x": 0, "y": 0}, "content": content}


def _edge(source: str, target: str) -> dict[str, str]:
    return {"id": source + target, "sourceId": source, "targetId": target, "type": "edge"}
