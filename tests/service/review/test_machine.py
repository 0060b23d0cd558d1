"""Several approvers and applicants at once, on both databases: whatever they do in whatever order, with whatever they saw last.

After every step the service is as the model says: statuses, versions, timelines without gaps, who has which case, decisions none of
which is lost or made twice, and clocks over holidays, make-up days and stops.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import anyio
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import select

from engine.catalogue import Catalogue
from service.accounts.actions import Caller, account_of
from service.accounts.tables import AccountRow
from service.cases import actions as cases
from service.cases.models import Application, Supplement
from service.cases.states import FOLLOWING
from service.demo import APPROVER, APPROVER_2, HE, HEAD, LI, WU
from service.handlers import handlers
from service.problems import Problem
from service.rulesets import Rulesets
from service.settings import Settings
from service.starting import start
from service.state import day_of
from service.work.actions import Worker
from tests.service.conftest import ROOT
from tests.service.databases import KINDS, new_database
from tests.service.review.agreement import ALLOWANCE, CARD, PROMISED, as_expected, with_situations
from tests.service.review.expected import REVIEWED, ExpectedCase, nth_working_day_after

FIRST_STATUS = {(ALLOWANCE, LI): "approved", (ALLOWANCE, WU): "rejected", (ALLOWANCE, HE): "in_review"}
APPLICANTS, APPROVERS = (LI, WU, HE), (APPROVER, APPROVER_2, HEAD)
QUEUES = ("general", "assistance")
START = datetime(2026, 9, 21, 2, tzinfo=UTC)  # before Mid-Autumn and National Day, with days made up for
APPEAL_DAYS, LAPSES = 60, 3
MOSTLY = st.sampled_from([True] * 5 + [False])
ALIVE = cases.SettledFact("death", "registered", False, "电话核实")
DEAD = cases.SettledFact("death", "registered", True, "电话核实")


class Reviewing(RuleBasedStateMachine):
    """One service over a database of its own, and the model beside it."""

    def __init__(self, kind: str, rules: tuple[Catalogue, Rulesets], templates: Path) -> None:
        super().__init__()
        self.closing = ExitStack()
        self.now = START
        folder = Path(self.closing.enter_context(tempfile.TemporaryDirectory())) / "data"
        url = self.closing.enter_context(new_database(kind, folder, templates))
        service = start(Settings(ROOT / "rules", ROOT / "matters.yaml", url, folder), *rules, now=lambda: self.now)
        self.closing.callback(service.close)
        self.service = with_situations(service)
        self.worker = Worker(self.service.database, handlers(self.service), self.service.now)
        self.cases: list[ExpectedCase] = []
        self.seen: dict[tuple[str, str], int] = {}
        with self.service.database.reading() as session:
            ids = {each.number: each.id for each in session.exec(select(AccountRow)).all()}
            self.callers: dict[str, Caller] = {
                each: replace(account_of(session, ids[each] or 0), reach=frozenset({"own"} if each in APPLICANTS else {"department"}))
                for each in (*APPLICANTS, *APPROVERS)
            }

    def teardown(self) -> None:
        self.closing.close()

    # What applicants do

    @initialize(applicant=st.sampled_from(APPLICANTS))
    def begin(self, applicant: str) -> None:
        self.apply(CARD, applicant)

    @rule(situation=st.sampled_from((ALLOWANCE, CARD)), applicant=st.sampled_from(APPLICANTS))
    def apply(self, situation: str, applicant: str) -> None:
        form: dict[str, Any] = {"bank_account": "6222000000000001"} if situation == ALLOWANCE else {}
        earlier = [each for each in self.cases if (each.situation, each.applicant) == (situation, applicant)]
        taken = any(each.open or each.settling for each in earlier)
        application = Application(situation=situation, form=form)
        submit = lambda: anyio.run(cases.submit, self.service, self.callers[applicant], uuid4().hex, application)  # noqa: E731
        made = self.tried("case-open" if taken else None, submit)
        if made is None:
            return
        rules = situation == ALLOWANCE
        granted = rules and any(each.status == "approved" for each in earlier)
        status = "in_review" if not rules else "rejected" if granted else FIRST_STATUS[situation, applicant]
        case = ExpectedCase(
            made.number, applicant, situation, status, rules, takes_two=not rules, procedure=rules,
            fails=granted or (rules and applicant == WU), settling=status == "approved",
        )  # fmt: skip
        if case.open:
            case.clock.start(self.today, PROMISED)
        else:
            case.closed_on = self.today
        self.cases.append(case)

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), what=st.sampled_from(("withdraw", "supplement", "appeal")))
    def applicant_moves(self, data: st.DataObject, what: str) -> None:
        self.moved_by_applicant(self.any_case(data), what)

    def moved_by_applicant(self, case: ExpectedCase, what: str) -> None:
        caller = self.callers[case.applicant]
        if what == "withdraw":
            allowed = "withdrawn" in FOLLOWING[case.status]
            self.tried(None if allowed else "not-allowed-now", lambda: cases.withdraw(self.service, caller, case.number, None))
            if allowed:
                case.moved("withdrawn", "withdrawn")
                case.assignee = case.proposed_by = case.until = None
                case.running = False
                case.closed_on = self.today
        elif what == "supplement":
            allowed = case.status == "awaiting_supplement"
            self.tried(None if allowed else "not-allowed-now", lambda: cases.supplement(self.service, caller, case.number, Supplement()))
            if allowed:
                case.moved("supplemented", "in_review")
                case.until = None
                case.clock.go_on(self.today)
        else:
            expected = "not-allowed-now" if case.status != "rejected" else "appealed-before" if "appealed" in case.kinds else None
            if expected is None and any((each.open or each.settling) and each is not case and (each.situation, each.applicant) == (
                case.situation, case.applicant) for each in self.cases):  # fmt: skip
                expected = "case-open"
            self.tried(expected, lambda: cases.appeal(self.service, caller, case.number, "不服"))
            if expected is None:
                case.moved("appealed", "under_appeal")
                case.assignee = case.closed_on = None
                case.clock.start(self.today, APPEAL_DAYS)

    # What approvers do

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), who=st.sampled_from(APPROVERS))
    def look(self, data: st.DataObject, who: str) -> None:
        case = self.any_case(data)
        page = cases.one_page(self.service, self.callers[who], case.number)
        assert (page["status"], page["version"], page["mine"]) == (case.status, case.version, case.assignee == who)
        self.seen[who, case.number] = case.version

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), who=st.sampled_from(APPROVERS), fresh=MOSTLY)
    def claim(self, data: st.DataObject, who: str, fresh: bool) -> None:
        case, version = self.picked(data, who, fresh)
        self.claimed_by(case, who, version)

    def claimed_by(self, case: ExpectedCase, who: str, version: int) -> None:
        expected = self.stale(case, version) or self.not_reviewed(case) or ("taken" if case.assignee else None)
        expected = expected or ("decided-before" if case.barred(who) else None)
        self.tried(expected, lambda: cases.claim(self.service, self.callers[who], case.number, version))
        if expected is None:
            case.assignee = who
            self.moved(case, who, "claimed")

    @precondition(lambda self: any(each.status in REVIEWED and not each.assignee for each in self.cases))
    @rule(data=st.data())
    def race(self, data: st.DataObject) -> None:
        """All claim the same case at the same moment: one gets it."""
        case = data.draw(st.sampled_from([each for each in self.cases if each.status in REVIEWED and not each.assignee]))
        able = [each for each in APPROVERS if not case.barred(each)]

        def claimed(who: str) -> bool:
            code = _refused(lambda: cases.claim(self.service, self.callers[who], case.number, case.version))[1]
            assert code in (None, "changed-meanwhile", "decided-before")
            return code is None

        with ThreadPoolExecutor(len(APPROVERS)) as pool:
            got = [who for who, success in zip(APPROVERS, pool.map(claimed, APPROVERS), strict=True) if success]
        assert len(got) == min(1, len(able))
        if got:
            assert got[0] in able
            case.assignee = got[0]
            self.moved(case, got[0], "claimed")

    @precondition(lambda self: any(each.assignee for each in self.cases))
    @rule(data=st.data(), who=st.sampled_from((*[None] * 6, *APPROVERS)), fresh=MOSTLY,
          what=st.sampled_from(("release", "transfer", "request", "start", "end")))  # fmt: skip
    def handle(self, data: st.DataObject, who: str | None, fresh: bool, what: str) -> None:
        self.handled_by(data, *self.held(data, who, fresh), what)

    def handled_by(self, data: st.DataObject, case: ExpectedCase, who: str, version: int, what: str) -> None:
        caller, stale = self.callers[who], self.stale(case, version)
        claimed, reviewed, free = case.claimed(who), self.not_reviewed(case), case.free()
        number, service = case.number, self.service
        match what:
            case "release":
                if self.tried_ok(stale or claimed, lambda: cases.release(service, caller, number, version)):
                    case.assignee = None
                    self.moved(case, who, "released")
            case "transfer":
                queue = data.draw(st.sampled_from(QUEUES))
                move = lambda: cases.transfer(service, caller, number, version, queue, None, "转办")  # noqa: E731
                if self.tried_ok(stale or reviewed or claimed or free, move):
                    case.assignee = None
                    self.moved(case, who, "transferred")
            case "request":
                allowed = None if case.status == "in_review" else "not-allowed-now"
                ask = lambda: cases.request_supplement(service, caller, number, version, "请补充", LAPSES)  # noqa: E731
                if self.tried_ok(stale or claimed or free or allowed, ask):
                    case.clock.stop(self.today)
                    case.until = nth_working_day_after(self.today, LAPSES)
                    self.moved(case, who, "supplement-requested", "awaiting_supplement")
            case "start":
                none = None if case.procedure else "no-special-procedure"
                begin = lambda: cases.start_procedure(service, caller, number, version, None)  # noqa: E731
                if self.tried_ok(stale or reviewed or claimed or free or none, begin):
                    case.clock.stop(self.today)
                    case.running = True
                    self.moved(case, who, "procedure-started")
            case "end":
                none = None if case.running else "no-special-procedure"
                end = lambda: cases.end_procedure(service, caller, number, version, None)  # noqa: E731
                if self.tried_ok(stale or reviewed or claimed or none, end):
                    case.clock.go_on(self.today)
                    case.running = False
                    self.moved(case, who, "procedure-ended")

    @precondition(lambda self: any(each.assignee for each in self.cases))
    @rule(data=st.data(), who=st.sampled_from((*[None] * 6, *APPROVERS)), fresh=MOSTLY, conclusion=st.sampled_from(("approve", "reject")))
    def decide(self, data: st.DataObject, who: str | None, fresh: bool, conclusion: Any) -> None:
        self.decided_by(*self.held(data, who, fresh), conclusion)

    def decided_by(self, case: ExpectedCase, who: str, version: int, conclusion: Any) -> None:
        word = cases.Word(conclusion, "经核实", cases.Findings(self.findings(case, conclusion)), "第五条")
        barred = "decided-before" if case.barred(who) else None
        expected = self.stale(case, version) or self.not_reviewed(case) or case.claimed(who) or barred or case.free()
        if expected is None and case.fails and conclusion == "approve":
            expected = "not-approvable"
        if expected is None and conclusion == "approve" and self.given(case):
            expected = "given-already"
        decide = lambda: cases.decide_by_person(self.service, self.callers[who], case.number, version, word)  # noqa: E731
        if not self.tried_ok(expected, decide):
            return
        case.assignee = None
        if case.takes_two:
            case.proposed_by, case.proposed = who, conclusion
            self.moved(case, who, "decision-proposed")
        else:
            self.decided(case, conclusion, {who}, who)

    def given(self, case: ExpectedCase) -> bool:
        """Whether the same was granted by another case: its applicant had applied anew, and appealed afterwards."""
        others = (each for each in self.cases if (each.situation, each.applicant) == (case.situation, case.applicant))
        return case.situation == ALLOWANCE and any(each.status == "approved" for each in others)

    @precondition(lambda self: any(each.proposed_by for each in self.cases))
    @rule(data=st.data(), who=st.sampled_from((*[None] * 6, *APPROVERS)), fresh=MOSTLY, confirm=st.booleans())
    def answer(self, data: st.DataObject, who: str | None, fresh: bool, confirm: bool) -> None:
        case = data.draw(st.sampled_from([each for each in self.cases if each.proposed_by]))
        who = who or case.assignee or APPROVERS[0]
        version = case.version if fresh else self.seen.get((who, case.number), 1)
        (self.confirmed_by if confirm else self.sent_back_by)(case, who, version)

    def confirmed_by(self, case: ExpectedCase, who: str, version: int) -> None:
        expected = self.stale(case, version) or self.not_mine_to_confirm(case, who)
        if self.tried_ok(expected, lambda: cases.confirm(self.service, self.callers[who], case.number, version)):
            proposed, by = case.proposed, {case.proposed_by or "", who}
            assert proposed
            assert len(by) == 2
            case.assignee = case.proposed_by = case.proposed = None
            self.decided(case, proposed, by, who)

    def sent_back_by(self, case: ExpectedCase, who: str, version: int) -> None:
        expected = self.stale(case, version) or self.not_mine_to_confirm(case, who)
        if self.tried_ok(expected, lambda: cases.send_back(self.service, self.callers[who], case.number, version, "再核对")):
            case.assignee, case.proposed_by, case.proposed = case.proposed_by, None, None
            self.moved(case, who, "sent-back")

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), seed=st.integers(0, 2**32))
    def proceed(self, data: st.DataObject, seed: int) -> None:
        """Somebody does with a case what may be done with it next."""
        chosen = Random(seed)
        for _ in range(8):
            ready = [each for each in self.cases if each.status in (*REVIEWED, "rejected", "awaiting_supplement")]
            if not ready:
                return
            case = chosen.choice(ready)
            if case.status not in REVIEWED:
                self.moved_by_applicant(case, "appeal" if case.status == "rejected" else "supplement")
            elif case.assignee is None:
                who = chosen.choice([each for each in APPROVERS if not case.barred(each)] or APPROVERS)
                self.claimed_by(case, who, case.version)
            elif case.proposed_by:
                one = chosen.choice((self.confirmed_by, self.confirmed_by, self.sent_back_by))
                one(case, case.assignee, case.version)
            elif case.running:
                self.handled_by(data, case, case.assignee, case.version, "end")
            else:
                what = chosen.choice(("approve", "reject", "approve", "reject", "request", "start", "release", "transfer"))
                if what in ("approve", "reject"):
                    self.decided_by(case, case.assignee, case.version, what)
                else:
                    self.handled_by(data, case, case.assignee, case.version, what)

    # What the clock does

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days)
        while self.worker.do_due():
            pass
        for case in self.cases:
            case.settling = False
            if case.status == "awaiting_supplement" and case.until and self.today > case.until:
                case.moved("lapsed", "lapsed")
                case.until, case.closed_on = None, self.today

    # What holds after every step

    @invariant()
    def the_service_is_as_the_model_says(self) -> None:
        with self.service.database.reading() as session:
            for case in self.cases:
                as_expected(session, case, self.callers)
        for who in APPROVERS:
            mine = {each.number for each in self.cases if each.status in REVIEWED and each.assignee in (None, who)
                    and (who == HEAD or not each.barred(who))}  # fmt: skip
            page = cases.queue_of(self.service, self.callers[who], cases.Filter(queue="all"), None, 100)
            assert {each.case.number for each in page.waiting} == mine
            due = [each.clock.due_on or date.max for each in page.waiting]
            assert due == sorted(due)

    # How the rules say it

    @property
    def today(self) -> Any:
        return day_of(self.now)

    def any_case(self, data: st.DataObject) -> ExpectedCase:
        return data.draw(st.sampled_from(self.cases))

    def picked(self, data: st.DataObject, who: str, fresh: bool) -> tuple[ExpectedCase, int]:
        """A case and the version at which somebody saw it last, if they saw it."""
        case = self.any_case(data)
        return case, case.version if fresh else self.seen.get((who, case.number), 1)

    def held(self, data: st.DataObject, who: str | None, fresh: bool) -> tuple[ExpectedCase, str, int]:
        """A case that somebody has taken; whoever that is, where `who` is None."""
        case = data.draw(st.sampled_from([each for each in self.cases if each.assignee]))
        who = who or case.assignee or APPROVERS[0]
        return case, who, case.version if fresh else self.seen.get((who, case.number), 1)

    def findings(self, case: ExpectedCase, conclusion: str) -> list[cases.SettledFact]:
        return [] if not case.has_rules or case.applicant != HE else [ALIVE if conclusion == "approve" else DEAD]

    def stale(self, case: ExpectedCase, version: int) -> str | None:
        return None if version == case.version else "changed-meanwhile"

    def not_reviewed(self, case: ExpectedCase) -> str | None:
        return None if case.status in REVIEWED else "not-allowed-now"

    def not_mine_to_confirm(self, case: ExpectedCase, who: str) -> str | None:
        nothing = None if case.proposed_by else "nothing-proposed"
        return self.not_reviewed(case) or nothing or case.claimed(who) or ("decided-before" if case.barred(who) else None)

    def decided(self, case: ExpectedCase, conclusion: str, by: set[str], who: str) -> None:
        case.decided.append((conclusion, by))
        becomes = {"approve": "approved", "reject": "rejected"}[conclusion]
        case.closed_on = self.today
        self.moved(case, who, becomes, becomes)

    def moved(self, case: ExpectedCase, who: str, kind: str, becomes: str | None = None) -> None:
        case.moved(kind, becomes)
        self.seen[who, case.number] = case.version

    def tried(self, expected: str | None, act: Callable[[], Any]) -> Any:
        """What came of it; None where it was refused, as it should be."""
        done, code = _refused(act)
        assert code == expected
        return done

    def tried_ok(self, expected: str | None, act: Callable[[], Any]) -> bool:
        self.tried(expected, act)
        return expected is None


def _refused(act: Callable[[], Any]) -> tuple[Any, str | None]:
    """What came of it, and the code of the problem if it was refused."""
    try:
        return act(), None
    except Problem as problem:
        return None, problem.code


@pytest.mark.parametrize("kind", KINDS)
def test_several_at_once_leave_nothing_lost_doubled_or_impossible(
    kind: str, rules: tuple[Catalogue, Rulesets], templates: Path
) -> None:
    examples = max(settings().max_examples // 5, 5)
    patient = settings(max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Reviewing(kind, rules, templates), settings=patient)  # type: ignore[arg-type]
