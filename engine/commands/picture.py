"""An explanation on a terminal: tables and colour. As plain text it is `Explanation.text`."""

from __future__ import annotations

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from engine.commands.session import Session
from engine.decision.explanation import Explanation
from engine.decision.receipt_document import ReceiptDocument

_STYLES = {
    "approve": "bold green", "reject": "bold red", "review": "bold yellow",
    "pass": "green", "committed": "cyan", "fail": "red", "unknown": "yellow", "looked-at": "yellow",
}


def show(session: Session, explanation: Explanation, receipt: ReceiptDocument) -> None:
    """Headline, conditions with what they read, what is granted or wanting, what comes next."""
    print_ = session.out.print
    print_(Text.assemble(
        (explanation.headline, _STYLES[explanation.conclusion]), "  ", (explanation.title, "bold"), "  ",
        explanation.day, "  ", (receipt.ruleset or "", "dim"),
    ))
    if explanation.reasons:
        print_()
        print_(Padding(_reasons(explanation), (0, 2)))
    for section, pairs in (
        ("evidence", explanation.evidence), ("grant", explanation.grant),
        ("follow_up", [(text, "") for text in explanation.follow_up]),
        ("next_steps", [(text, "") for text in explanation.next_steps]),
        ("record", explanation.record),
    ):
        if pairs:
            print_()
            print_(Text(explanation.heading(section), "bold"))
            print_(Padding(_pairs(pairs), (0, 2)))


def _grid(columns: int) -> Table:
    table = Table.grid(padding=(0, 2))
    for _ in range(columns):
        table.add_column(overflow="fold")  # Chinese has no spaces to break at
    return table


def _reasons(explanation: Explanation) -> Table:
    table = _grid(4)
    for line in explanation.reasons:
        read = " · ".join(f"{name} {value}" for name, value in line.operands)
        label = Text(line.label)
        if line.message:
            label.append(f"\n{line.message}", "dim")
        table.add_row(
            Text(explanation.outcome(line), _STYLES[line.outcome]), label, Text(line.basis or ""), Text(read, "dim")
        )
    return table


def _pairs(pairs: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Table:
    table = _grid(2)
    for label, text in pairs:
        table.add_row(Text(label), Text(text))
    return table
