"""What goes out about matters."""

from __future__ import annotations

from engine.catalogue import Catalogue, Matter, Question, Situation
from service.documents import Answer
from service.state import BASE


class MaterialAnswer(Answer):
    """`met_by`: any of these ways: licence, check, upload, earlier, commitment."""

    id: str
    name: str
    met_by: list[str]


class SituationAnswer(Answer):
    """`statutory`, `promised`: working days; null where unknown. `instant`: decided by a ruleset."""

    id: str
    name: str
    instant: bool
    automatic: str
    effect: str
    statutory: int | None
    promised: int | None
    visits: int | None
    materials: list[MaterialAnswer]
    form: str
    precheck: str


class QuestionChoice(Answer):
    """`situation`: the id of where it leads; or `next`, the question that follows. The other is null."""

    say: str
    situation: str | None
    next: str | None


class QuestionAnswer(Answer):
    id: str
    ask: str
    answers: list[QuestionChoice]


class MatterSummary(Answer):
    """`code`: the 实施编码 or 基本编码."""

    id: str
    name: str
    code: str | None
    department: str
    department_name: str
    type: str
    audience: list[str]
    life_events: list[str]
    instant: bool
    link: str


class MatterAnswer(MatterSummary):
    """`questions`: they lead to the right one of its situations; the first is asked first."""

    basis: str | None
    eligibility: str | None
    statutory: int | None
    promised: int | None
    situations: list[SituationAnswer]
    questions: list[QuestionAnswer]


class MatterList(Answer):
    matters: list[MatterSummary]


def summary(catalogue: Catalogue, matter: Matter) -> MatterSummary:
    return MatterSummary(
        id=matter.id,
        name=matter.name,
        code=matter.code,
        department=matter.department,
        department_name=catalogue.departments[matter.department].name,
        type=matter.type,
        audience=list(matter.audience),
        life_events=list(matter.life_events),
        instant=matter.instant,
        link=f"{BASE}/matters/{matter.id}",
    )


def in_full(catalogue: Catalogue, matter: Matter) -> MatterAnswer:
    return MatterAnswer(
        **summary(catalogue, matter).model_dump(),
        basis=matter.basis,
        eligibility=matter.eligibility,
        statutory=matter.statutory,
        promised=matter.promised,
        situations=[_situation(each) for each in matter.situations],
        questions=[_question(each) for each in matter.questions],
    )


def _question(question: Question) -> QuestionAnswer:
    choices = [QuestionChoice(say=each.say, situation=each.situation, next=each.next) for each in question.answers]
    return QuestionAnswer(id=question.id, ask=question.ask, answers=choices)


def _situation(situation: Situation) -> SituationAnswer:
    here = f"{BASE}/situations/{situation.id}"
    return SituationAnswer(
        id=situation.id,
        name=situation.name,
        instant=situation.instant,
        automatic=situation.automatic,
        effect=situation.effect,
        statutory=situation.statutory,
        promised=situation.promised,
        visits=situation.visits,
        materials=[
            MaterialAnswer(id=each.id, name=each.name, met_by=[way.by for way in each.met_by])
            for each in situation.materials
        ],
        form=f"{here}/form",
        precheck=f"{here}/precheck",
    )
