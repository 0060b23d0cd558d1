"""Why nothing was done, in words of the page: who changed what meanwhile, who has taken the case. And a form that was sent twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from service.problems import Problem
from service.review.wording import MOVES
from service.web import formats
from service.web.forms import Fields
from service.web.page import Page
from service.web.translation import mark

_MAKES: Mapping[str, tuple[str, ...]] = {
    "claim": ("claimed",),
    "release": ("released",),
    "approve": ("approved", "decision-proposed"),
    "reject": ("rejected", "decision-proposed"),
    "confirm": ("approved", "rejected"),
    "send-back": ("sent-back",),
    "supplement": ("supplement-requested",),
    "transfer": ("transferred",),
    "start-procedure": ("procedure-started",),
    "end-procedure": ("procedure-ended",),
}
"""What is on the timeline once a step was taken."""
_CHANGED = mark("办件在您打开之后有了变动：%(at)s %(what)s（%(by)s）。您的操作没有执行，填写的内容还在，请看过现在的情况再决定。")
_TAKEN = mark("%(by)s已于%(at)s领取了这个办件。您的操作没有执行。")
_SYSTEM = mark("系统")


def seen_version(fields: Fields) -> int:
    """The version that the form was shown with. Raises `Problem`."""
    text = fields.get("version")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Problem("if-match-invalid")
    return int(text)


def done_already(page: Page, version: int, step: str, problem: Problem) -> bool:
    """Whether it was this very form, shown with this version, that changed the case: sent twice by a double click or the back button."""
    members = problem.members
    return (
        problem.code == "changed-meanwhile" and members["what"] in _MAKES[step] and members["by"] == page.person.name
        and members["version"] == version + 1
    )  # fmt: skip


def refusal(page: Page, problem: Problem) -> str:
    """Raises the problem where the case is out of reach now: there is nothing to show beside it."""
    if problem.code in ("unknown-case", "not-signed-in"):
        raise problem
    members = problem.members
    if problem.code == "changed-meanwhile":
        by = members["by"] or page.text(_SYSTEM)
        what = page.text(MOVES.get(members["what"], members["what"]))
        return page.text(_CHANGED, by=by, at=_moment(page, members["at"]), what=what)
    if problem.code == "taken" and members["since"]:
        return page.text(_TAKEN, by=members["by"], at=_moment(page, members["since"]))
    title: str = problem.document(page.lang)["title"]
    return title


def _moment(page: Page, text: str) -> str:
    return formats.moment(datetime.fromisoformat(text), page.lang)
