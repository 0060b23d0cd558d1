"""From the bytes of `matters.yaml` to a catalogue, or every finding of the file by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from engine.catalogue.file import DEPARTMENTS, FILE, LIFE_EVENTS, MATTER
from engine.catalogue.model import (
    Catalogue,
    Department,
    LifeEvent,
    Material,
    Matter,
    Reference,
    Result,
    Situation,
    SpecialProcedure,
)
from engine.catalogue.questions import Answer, Question
from engine.ruleset.document import Place, Scalar, read_document
from engine.ruleset.shapes import ANYTHING, Gathering, list_of, suggestion

LARGEST, MOST_NODES = 8 << 20, 400_000
"""Bytes and nodes: the whole list of a district is one file, so it may be larger than a ruleset."""


def read_catalogue(path: str, data: bytes) -> Catalogue:
    """Raises Refused with every finding of the file by itself; `check` finds what does not fit its neighbours."""
    return _Reading().catalogue(path, FILE.read(read_document(path, data, largest=LARGEST, most_nodes=MOST_NODES)))


class _Reading(Gathering):
    """Makes values of what the shapes have read, noting what does not fit together."""

    def __init__(self) -> None:
        super().__init__()
        self.references: list[Reference] = []
        self.departments: Mapping[str, Department] | None = None  # None: not readable, so no name is held against it
        self.life_events: Mapping[str, LifeEvent] | None = None
        self.matter_ids: set[str] = set()
        self.situation_ids: set[str] = set()
        self.late_promises: set[Place] = set()

    def catalogue(self, path: str, file: Mapping[str, Any]) -> Catalogue:
        departments = self.read(DEPARTMENTS.read, file["departments"])
        if departments is not None:
            self.departments = {name: self.department(name, read) for name, read in departments.items()}
        events = self.read(LIFE_EVENTS.read, file["life_events"])
        if events is not None:
            self.life_events = self.tree(events)
        nodes = self.read(list_of(ANYTHING).read, file["matters"]) or ()
        written = [read for node in nodes if (read := self.read(MATTER.read, node)) is not None]
        matters = [self.matter(read) for read in written]
        self.finish()
        assert self.departments is not None  # else there was a finding
        assert self.life_events is not None
        by_id = {each.id: each for each in matters}
        return Catalogue(path, self.departments, self.life_events, by_id, tuple(self.references))

    def department(self, name: str, read: Mapping[str, Any]) -> Department:
        queues = tuple(each.text for each in read["queues"])
        if "general" not in queues:
            self.note(read["queues"][0].place(), "no-general-queue", department=name)
        return Department(name, read["name"], queues)

    def tree(self, written: Mapping[str, Mapping[str, Any]]) -> Mapping[str, LifeEvent]:
        parents: dict[str, Scalar] = {name: read["parent"] for name, read in written.items() if "parent" in read}
        for name, parent in parents.items():
            if parent.text not in written:
                self.known("life-event", parent, written)
            elif name in _ancestors(name, parents):
                self.note(parent.place(), "life-event-cycle", name=name)
            elif written[parent.text]["audience"] != written[name]["audience"]:
                self.note(parent.place(), "life-event-audience", name=name, parent=parent.text)
        return {
            name: LifeEvent(name, read["name"], read["audience"], parents[name].text if name in parents else None)
            for name, read in written.items()
        }

    def matter(self, read: Mapping[str, Any]) -> Matter:
        self.once("matter", read["id"], self.matter_ids)
        if self.departments is not None:
            self.known("department", read["department"], self.departments)
        if self.life_events is not None:
            for event in read["life_events"]:
                self.known("life-event", event, self.life_events)
        situations = tuple(self.situation(each, read) for each in read["situations"])
        return Matter(
            id=read["id"].text,
            department=read["department"].text,
            life_events=tuple(each.text for each in read["life_events"]),
            situations=situations,
            questions=self.questions(read),
            **self.deadlines(read),
            **_plain(read, "name", "code", "type", "audience", "keywords", "basis", "eligibility"),
        )

    def situation(self, read: Mapping[str, Any], matter: Mapping[str, Any]) -> Situation:
        self.once("situation", read["id"], self.situation_ids)
        words = {name: read[name].text for name in ("ruleset", "automatic", "effect") if name in read}
        if "automatic" in read and "ruleset" not in read:
            self.note(read["automatic"].place(), "automatic-without-ruleset")
        if words.get("effect") == "burden" and words.get("automatic") == "approve-or-reject":
            self.note(read["automatic"].place(), "automatic-burden")
        above = read.get("second_person_above")
        if above is not None and "ruleset" not in read:
            self.note(above.place(), "amount-without-ruleset")
        procedure, results = read.get("special_procedure"), read.get("result", ())
        named: list[tuple[Literal["ruleset", "licence", "grant"], Scalar | None]]
        named = [("ruleset", read.get("ruleset")), ("licence", read.get("ends"))]
        for each in results:
            named += [("licence", each["licence"]), ("grant", each.get("to"))]
            if "to" in each and "ruleset" not in read:
                self.note(each["to"].place(), "holders-without-ruleset")
        for kind, written in named:
            if written is not None:
                self.references.append(Reference(kind, written, read["id"].text))
        seen: set[str] = set()
        return Situation(
            id=read["id"].text,
            matter=matter["id"].text,
            materials=tuple(self.material(each, read["id"].text, seen) for each in read.get("materials", ())),
            special_procedure=procedure and SpecialProcedure(procedure["name"], procedure.get("working_days")),
            ends=read["ends"].text if "ends" in read else None,
            results=tuple(_result(each) for each in results),
            **words,
            **self.deadlines({**_plain(matter, "statutory", "promised"), **read}),
            second_person_above=None if above is None else int(above.text),
            **_plain(read, "name", "awaiting_evidence", "visits", "second_person"),
        )

    def questions(self, matter: Mapping[str, Any]) -> tuple[Question, ...]:
        """Each leads on to what stands further down, so that every way ends in a situation; and nothing is left that none leads to."""
        written: Sequence[Mapping[str, Any]] = matter.get("questions", ())
        found_before = len(self.findings)
        situations, ids = [each["id"] for each in matter["situations"]], [each["id"] for each in written]
        seen: set[str] = set()
        reached = {each.text for each in ids[:1]}
        for number, question in enumerate(written):
            self.once("question", question["id"], seen)
            for answer in question["answers"]:
                if (situation := answer.get("situation")) is not None:
                    self.known("situation", situation, {each.text for each in situations})
                elif answer["next"].text in seen:
                    self.note(answer["next"].place(), "question-before", name=answer["next"].text)
                else:
                    self.known("question", answer["next"], [each.text for each in ids[number + 1 :]])
                reached.add((situation or answer["next"]).text)
        if written and len(self.findings) == found_before:  # else what is not reached may be what was meant
            for kind, places in (("question", ids), ("situation", situations)):
                for each in places:
                    if each.text not in reached:
                        self.note(each.place(), f"unreached-{kind}", name=each.text)
        return tuple(_question(each) for each in written)

    def material(self, read: Mapping[str, Any], situation: str, seen: set[str]) -> Material:
        self.once("material", read["id"], seen)
        for way, written in read["met_by"]:
            if written is not None:
                self.references.append(Reference(way.by, written, situation))
        return Material(read["id"].text, read["name"], tuple(way for way, _ in read["met_by"]))

    def deadlines(self, read: Mapping[str, Any]) -> dict[str, Any]:
        found = {
            name: int(read[name].text) if name in read and read[name].text != "null" else None
            for name in ("statutory", "promised")
        }
        statutory, promised = found["statutory"], found["promised"]
        if statutory is not None and promised is not None and promised > statutory:
            place = read["promised"].place()
            if place not in self.late_promises:  # situations inherit their matter's
                self.note(place, "promise-after-statutory", promised=str(promised), statutory=str(statutory))
            self.late_promises.add(place)
        return found

    def once(self, kind: str, written: Scalar, seen: set[str]) -> None:
        if written.text in seen:
            self.note(written.place(), f"repeated-{kind}", id=written.text)
        seen.add(written.text)

    def known(self, kind: str, written: Scalar, known: Collection[str]) -> None:
        if written.text not in known:
            self.note(written.place(), f"unknown-{kind}", name=written.text, near=suggestion(written.text, known))


def _question(read: Mapping[str, Any]) -> Question:
    answers = ({name: each[name].text for name in ("situation", "next") if name in each} | {"say": each["say"]} for each in read["answers"])
    return Question(read["id"].text, read["ask"], tuple(Answer(**each) for each in answers))


def _ancestors(name: str, parents: Mapping[str, Scalar]) -> set[str]:
    found: set[str] = set()
    while name in parents and parents[name].text not in found:
        name = parents[name].text
        found.add(name)
    return found


def _result(read: Mapping[str, Any]) -> Result:
    to = read["to"].text if "to" in read else None
    return Result(read["licence"].text, to=to, **_plain(read, "valid_for", "replaces", "once"))


def _plain(read: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: read[name] for name in names if name in read}
