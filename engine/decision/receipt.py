"""Renders a decision as its receipt: canonical JSON bytes, and the hash over everything that decided.

Canonical: names sorted by UTF-16 code units, no white space, decimals as strings, integers below 2^53: RFC 8785 under
these limits. What is the same for every decision of a ruleset is rendered once, when it is compiled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from engine import __version__
from engine.decision.decide import CompiledRuleset, Decision, operand_paths
from engine.decision.lists import Bounds, Possible
from engine.language.numbers import render
from engine.language.scope import Group
from engine.language.types import NUMBER, ListType, Money, Number, Record, Type
from engine.ruleset.checking import Checked
from engine.ruleset.model import Ruleset
from engine.ruleset.namespace import fact_path
from engine.ruleset.reading import Path

Encode = Callable[[Any], bytes]
HASHED = ("conclusion", "decided_for", "facts", "grant", "operands", "outcomes", "ruleset_hash")
"""What `receipt_hash` is over; `operands` and `outcomes` by condition."""


def canonical(value: Any) -> bytes:
    """Canonical JSON of JSON-ready values (no floats, names without supplementary characters)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


@dataclass(frozen=True, slots=True)
class Receipt:
    """`body` is canonical JSON. Receipts of one ruleset, facts and day are equal byte by byte, apart from `engine`."""

    body: bytes
    hash: str


class ReceiptWriter:
    """Writes the receipts of one compiled ruleset."""

    def __init__(self, ruleset: CompiledRuleset) -> None:
        self.ruleset = ruleset
        checked = ruleset.checked
        self.encoders = [_encoder(_type_of(checked, path)) for path in ruleset.operand_paths]
        self.grant_encoders = [(name, _encoder(each.type)) for name, each in sorted(checked.ruleset.grant.items())]
        self.grant_places = [list(checked.ruleset.grant).index(name) for name, _ in self.grant_encoders]
        self.reasons = [_Reason(ruleset, place) for place in range(len(ruleset.conditions))]
        ids = sorted(ruleset.ids)
        self.by_id = [ruleset.ids.index(id_) for id_ in ids]
        self.operand_heads = [canonical(id_) + b":" for id_ in ids]
        self.reference = canonical(checked.ruleset.reference)
        self.ruleset_hash = canonical(checked.ruleset.hash)
        self.approver_only = canonical(sorted(_approver_only(ruleset)))
        self.engine = canonical(__version__)

    def write(self, decision: Decision) -> Receipt:
        encoded = [encode(value) for encode, value in zip(self.encoders, decision.operands, strict=True)]
        operands = [reason.operands(encoded) for reason in self.reasons]
        conclusion = b'"%s"' % decision.conclusion.encode()
        decided_for = b'"%s"' % decision.facts.today.isoformat().encode()
        facts = canonical(decision.facts.document)
        grant = self._grant(decision)
        hashed = b'{"conclusion":%b,"decided_for":%b,"facts":%b,"grant":%b,"operands":{%b},"outcomes":{%b},"ruleset_hash":%b}' % (
            conclusion,
            decided_for,
            facts,
            grant,
            b",".join([head + operands[place] for head, place in zip(self.operand_heads, self.by_id, strict=True)]),
            b",".join([
                b'%b"%b"' % (head, decision.outcomes[place].encode())
                for head, place in zip(self.operand_heads, self.by_id, strict=True)
            ]),
            self.ruleset_hash,
        )
        receipt_hash = "sha256:" + hashlib.sha256(hashed).hexdigest()
        reasons = b",".join([
            reason.render(outcome, values, decision.texts)
            for reason, outcome, values in zip(self.reasons, decision.outcomes, operands, strict=True)
        ])
        body = (
            b'{"approver_only":%b,"causes":%b,"conclusion":%b,"decided_for":%b,"diagnostics":%b,"engine":%b,"evidence":%b,'
            b'"facts":%b,"fired":%b,"follow_up":%b,"grant":%b,"missing":%b,"queue":%b,"reasons":[%b],"receipt_hash":"%b",'
            b'"ruleset":%b,"ruleset_hash":%b}'
        ) % (
            self.approver_only,
            canonical(decision.causes),
            conclusion,
            decided_for,
            canonical([{"about": about, "code": code} for about, code in decision.log]),
            self.engine,
            canonical(self._shortfalls(decision)),
            facts,
            canonical(decision.fired),
            canonical([{"by": each.by, "condition": each.condition} for each in decision.follow_up]),
            grant,
            canonical(decision.missing),
            canonical(decision.queue),
            reasons,
            receipt_hash.encode(),
            self.reference,
            self.ruleset_hash,
        )
        return Receipt(body, receipt_hash)

    def _grant(self, decision: Decision) -> bytes:
        if decision.conclusion != "approve":
            return b"{}"
        values = [
            b'"%b":%b' % (name.encode(), encode(decision.grants[place]))
            for (name, encode), place in zip(self.grant_encoders, self.grant_places, strict=True)
        ]
        return b"{%b}" % b",".join(values)

    def _shortfalls(self, decision: Decision) -> list[dict[str, Any]]:
        found = []
        for each in decision.shortfalls:
            zh, en = self.ruleset.evidence_messages[each.name](decision.texts)
            found.append({
                "evidence": each.name,
                "label": self.ruleset.ruleset.evidence[each.name].type.title,
                "message": zh,
                "message_en": en,
                "outcome": each.outcome,
                "problem": each.judgement.problem or ("ill-typed" if each.judgement.ill_typed else None),
                "status": each.judgement.status,
                "usable": each.judgement.usable,
            })
        return found


class _Reason:
    """The constant parts of one condition's reason."""

    def __init__(self, ruleset: CompiledRuleset, place: int) -> None:
        condition = ruleset.conditions[place]
        checked = ruleset.checked
        names = sorted((operand_name(checked.ruleset, path), ruleset.operand_paths.index(path))
                       for path in operand_paths(condition))
        places = dict(names)
        self.places = list(places.values())
        self.template = b"{%b}" % b",".join(_escaped(canonical(name)) + b":%b" for name in places)
        self.messages = ruleset.messages[place]
        basis, id_, label = (canonical(each) for each in (condition.basis, condition.id, condition.label))
        self.head = b'{"basis":%b,"condition":%b,"label":%b,"message":' % (basis, id_, label)
        facts = checked.facts_read(condition.require.tree)
        sources = dict.fromkeys(fact.split(".")[0] for fact in facts if fact.split(".")[0] in checked.ruleset.evidence)
        self.tails = {
            outcome: b',"outcome":"%b","sources":%b}' % (outcome.encode(), canonical(list(sources)))
            for outcome in ("pass", "fail", "unknown", "committed")
        }

    def operands(self, encoded: Sequence[bytes]) -> bytes:
        return self.template % tuple([encoded[place] for place in self.places])

    def render(self, outcome: str, operands: bytes, texts: Sequence[Any]) -> bytes:
        message = b'null,"message_en":null'
        if outcome in self.messages:
            zh, en = self.messages[outcome](texts)
            message = b'%b,"message_en":%b' % (canonical(zh), canonical(en))
        return b'%b%b,"operands":%b%b' % (self.head, message, operands, self.tails[outcome])


def operand_name(ruleset: Ruleset, path: Path) -> str:
    """The declared name that a path reads: a fact, a parameter, a definition, a table or its output."""
    fact = fact_path(ruleset, path)
    if fact is not None:
        return fact
    table = ruleset.tables.get(path[0])
    return ".".join(path[:2]) if table is not None and table.named else path[0]


def _approver_only(ruleset: CompiledRuleset) -> set[str]:
    """Operands and attributes of evidence that the applicant's copy withholds."""
    checked = ruleset.checked
    names = {operand_name(checked.ruleset, path) for path in ruleset.operand_paths if checked.is_approver_only(path)}
    for evidence in checked.ruleset.evidence.values():
        names |= {f"{evidence.name}.{each.name}" for each in evidence.type.attributes.values() if each.shown_to == "approver"}
    return names | {"case.draw"}


def _type_of(checked: Checked, path: Path) -> Type | None:
    """The type of what an operand's path names: the fact, not a field of its records."""
    if path == ("case", "draw"):  # read by `sampled`, no name of the ruleset
        return NUMBER
    found: Type | Group | None = checked.names[path[0]]
    for segment in path[1:]:
        if not isinstance(found, Group):
            break
        found = found.each or found.fields.get(segment)
    return found if isinstance(found, Type) else None


def _escaped(text: bytes) -> bytes:
    return text.replace(b"%", b"%%")


def _encoder(type_: Type | None) -> Encode:
    match type_:
        case Number() | Money():
            money = isinstance(type_, Money)
            return lambda value: b"null" if value is None else b'"%b"' % render(value, money).encode()
        case ListType():
            element = _plain(type_.element)
            return lambda value: (
                b"null" if value is None or isinstance(value, Possible) else canonical([element(each) for each in value])
            )
    return lambda value: b"null" if isinstance(value, Bounds) else orjson.dumps(value)


def _plain(type_: Type) -> Callable[[Any], Any]:
    """An element of a list as a JSON-ready value."""
    match type_:
        case Number() | Money():
            money = isinstance(type_, Money)
            return lambda value: None if value is None else render(value, money)
        case Record():
            fields = [(name, _plain(field)) for name, field in type_.fields]
            return lambda value: None if value is None else {name: plain(value[name]) for name, plain in fields}
        case ListType():
            element = _plain(type_.element)
            return lambda value: None if value is None else [element(each) for each in value]
    return lambda value: value


