"""Renders a decision as its receipt: canonical JSON bytes, and the hash over everything that decided.

Canonical: names sorted by UTF-16 code units, no white space, decimals as strings, integers below 2^53: RFC 8785 under
these limits. What is the same for every decision of a ruleset is rendered once, when it is compiled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import orjson

from engine import __version__
from engine.decision.decide import CompiledRuleset, Decision, operand_paths
from engine.decision.lists import Bounds, Possible
from engine.decision.strict_json import canonical
from engine.language.json_values import as_json
from engine.language.numbers import render
from engine.language.scope import Group
from engine.language.types import NUMBER, Integer, ListType, Money, Number, Type
from engine.ruleset.checking import Checked
from engine.ruleset.model import Condition
from engine.ruleset.namespace import declared_name
from engine.ruleset.reading import Path

Encode = Callable[[Any], bytes]
HASHED = ("conclusion", "decided_for", "facts", "grant", "operands", "outcomes", "ruleset_hash")
"""What `receipt_hash` is over; `operands` and `outcomes` by condition."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`body` is canonical JSON. Receipts of one ruleset, facts and day are equal byte by byte, apart from `engine`."""

    body: bytes
    hash: str


class ReceiptWriter:
    """Writes the receipts of one compiled ruleset, by filling templates in which everything constant stands already.

    A decision gives one list of rendered slots: operands, then a message and an end for each reason, then outcomes.
    """

    def __init__(self, ruleset: CompiledRuleset) -> None:
        checked = ruleset.checked
        self.ruleset = ruleset
        self.encoders = [_encoder(_type_of(checked, path)) for path in ruleset.operand_paths]
        self.messages = ruleset.messages
        self.ends = [_ends(checked, condition) for condition in ruleset.conditions]
        self.grants = sorted((name, place, _encoder(each.type)) for place, (name, each) in enumerate(checked.ruleset.grant.items()))
        reasons = _Template()
        for place, condition in enumerate(ruleset.conditions):
            basis, id_, label = (canonical(each) for each in (condition.basis, condition.id, condition.label))
            reasons.text(b',{"basis":%b,"condition":%b,"label":%b,"message":' % (basis, id_, label))
            reasons.slot(self._message(place))
            self._operands(reasons.text(b',"operands":'), condition)
            reasons.slot(self._end(place))
        self.fill_reasons = reasons.filler()
        by_id = sorted(enumerate(ruleset.conditions), key=lambda each: each[1].id)
        operands, outcomes = _Template(), _Template()
        for place, condition in by_id:
            name = b"," + canonical(condition.id) + b":"
            self._operands(operands.text(name), condition)
            outcomes.text(name).slot(self._outcome(place))
        self.fill_operands, self.fill_outcomes = operands.filler(), outcomes.filler()
        self.ruleset_hash = canonical(checked.ruleset.hash)
        self.body = _BODY % (
            _escaped(canonical(sorted(_approver_only(ruleset)))),
            canonical(__version__),
            _escaped(canonical(checked.ruleset.reference)),
            self.ruleset_hash,
        )

    # Places of the slots after the operands

    def _message(self, place: int) -> int:
        return len(self.encoders) + place

    def _end(self, place: int) -> int:
        return len(self.encoders) + len(self.ends) + place

    def _outcome(self, place: int) -> int:
        return len(self.encoders) + 2 * len(self.ends) + place

    def _operands(self, template: _Template, condition: Condition) -> None:
        paths = self.ruleset.operand_paths
        ruleset = self.ruleset.ruleset
        places = {declared_name(ruleset, path): paths.index(path) for path in operand_paths(condition)}
        before = b"{"
        for name in sorted(places):
            template.text(before + canonical(name) + b":").slot(places[name])
            before = b","
        template.text(b"}" if places else b"{}")

    def write(self, decision: Decision) -> Receipt:
        outcomes = decision.outcomes
        slots = [encode(value) for encode, value in zip(self.encoders, decision.operands, strict=True)]
        slots += [
            _NO_MESSAGE if outcome not in messages else _message(messages[outcome](decision.texts))
            for messages, outcome in zip(self.messages, outcomes, strict=True)
        ]
        slots += [ends[outcome] for ends, outcome in zip(self.ends, outcomes, strict=True)]
        slots += [_OUTCOMES[outcome] for outcome in outcomes]
        conclusion = canonical(decision.conclusion)
        decided_for = canonical(decision.facts.today)
        facts = decision.facts.document
        grant = self._grant(decision)
        hashed = _HASHED % (
            conclusion, decided_for, facts, grant, self.fill_operands(slots), self.fill_outcomes(slots), self.ruleset_hash
        )
        receipt_hash = "sha256:" + hashlib.sha256(hashed).hexdigest()
        body = self.body % (
            _listed(decision.causes),
            conclusion,
            decided_for,
            _listed([{"about": about, "code": code} for about, code in decision.log]),
            _listed(self._shortfalls(decision)),
            facts,
            canonical(decision.fired),
            _listed([{"by": each.by, "condition": each.condition} for each in decision.follow_up]),
            grant,
            _listed(decision.missing),
            canonical(decision.queue),
            self.fill_reasons(slots),
            receipt_hash.encode(),
        )
        return Receipt(body, receipt_hash)

    def _grant(self, decision: Decision) -> bytes:
        if decision.conclusion != "approve" or not self.grants:
            return b"{}"
        return b"{%b}" % b",".join([b"%b:%b" % (canonical(name), encode(decision.grants[place])) for name, place, encode in self.grants])

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


_HASHED = b'{"conclusion":%b,"decided_for":%b,"facts":%b,"grant":%b,"operands":{%b},"outcomes":{%b},"ruleset_hash":%b}'
_BODY = (
    b'{"approver_only":%b,"causes":%%b,"conclusion":%%b,"decided_for":%%b,"diagnostics":%%b,"engine":%b,"evidence":%%b,'
    b'"facts":%%b,"fired":%%b,"follow_up":%%b,"grant":%%b,"missing":%%b,"queue":%%b,"reasons":[%%b],'
    b'"receipt_hash":"%%b","ruleset":%b,"ruleset_hash":%b}'
)
_NO_MESSAGE = b'null,"message_en":null'
_OUTCOMES = {outcome: canonical(outcome) for outcome in ("pass", "fail", "unknown", "committed")}


def _message(texts: tuple[str | None, str | None]) -> bytes:
    zh, en = texts
    return b'%b,"message_en":%b' % (canonical(zh), canonical(en))


def _ends(checked: Checked, condition: Condition) -> dict[str, bytes]:
    """How a condition's reason ends, by outcome."""
    facts = checked.facts_read(condition.require.tree)
    sources = dict.fromkeys(fact.split(".")[0] for fact in facts if fact.split(".")[0] in checked.ruleset.evidence)
    return {
        outcome: b',"outcome":%b,"sources":%b}' % (rendered, canonical(list(sources)))
        for outcome, rendered in _OUTCOMES.items()
    }


def _listed(values: Sequence[Any]) -> bytes:
    return canonical(values) if values else b"[]"


class _Template:
    """Constant JSON with slots, being put together; what it fills begins with a comma, which is left away."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.places: list[int] = []

    def text(self, constant: bytes) -> _Template:
        self.pieces.append(_escaped(constant))
        return self

    def slot(self, place: int) -> None:
        self.pieces.append(b"%b")
        self.places.append(place)

    def filler(self) -> Callable[[list[bytes]], bytes]:
        """A function from all rendered slots to the text."""
        whole = b"".join(self.pieces)[1:]
        if len(self.places) == 1:
            place = self.places[0]
            return lambda slots: whole % slots[place]
        pick = itemgetter(*self.places)
        return lambda slots: whole % pick(slots)


def _approver_only(ruleset: CompiledRuleset) -> set[str]:
    """Operands and attributes of evidence that the applicant's copy withholds."""
    checked = ruleset.checked
    names = {declared_name(checked.ruleset, path) for path in ruleset.operand_paths if checked.is_approver_only(path)}
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
    """A count between bounds, and a list with possible members, is null: it could not be told."""
    match type_:
        case Number() | Integer():
            return lambda value: b"null" if isinstance(value, Bounds) else canonical(as_json(value, type_))
        case Money():
            return _money
        case ListType():
            return lambda value: b"null" if isinstance(value, Possible) else canonical(as_json(value, type_))
    return orjson.dumps


def _money(value: Any) -> bytes:
    if type(value) is int:
        return b'"%d.00"' % value
    return b"null" if value is None else b'"%b"' % render(value, money=True).encode()
