"""The rulesets that a command decides with: by id and day, by path, or by hash, each compiled once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from engine.commands.session import Misuse, Session, unreadable
from engine.decision.decide import CompiledRuleset, Decision, compile_ruleset
from engine.decision.no_ruleset import write_no_ruleset
from engine.decision.receipt import Receipt, ReceiptWriter
from engine.decision.typing import WrongType, read_date
from engine.language.nearest import nearest
from engine.ruleset.checking import check_ruleset
from engine.ruleset.findings import Refused
from engine.ruleset.loading import Rules, day_of, load, versions
from engine.ruleset.model import Ruleset


@dataclass(frozen=True)
class Decider:
    """A ruleset that decides and writes receipts."""

    compiled: CompiledRuleset
    writer: ReceiptWriter

    @property
    def ruleset(self) -> Ruleset:
        return self.compiled.ruleset

    def decide(self, given: Any, today: date) -> tuple[Decision, Receipt]:
        """Raises `InvalidFacts`."""
        decision = self.compiled.decide(self.compiled.read(given, today))
        return decision, self.writer.write(decision)


def compiled(ruleset: Ruleset) -> Decider:
    compiled = compile_ruleset(check_ruleset(ruleset))
    return Decider(compiled, ReceiptWriter(compiled))


class InForce:
    """Which file, with which fragments, decides facts on a day.

    `name` is an id under the rules folder, or the path of a file, which then decides whatever file comes after it, but not
    before its first day nor after its `ends`. The file in force on the day of decision says by `dated_by` whether that
    day or the day of application picks the file.
    """

    def __init__(self, session: Session, name: str, today: date) -> None:
        self.rules = session.rules
        self.today = today
        self.path = _path(name)
        self.id = name
        self._by_day: dict[date, str | None] = {}
        self._by_hash: dict[str, Decider] = {}
        if self.path is None and not self.rules.files(name):
            near = nearest(name, self.rules.ids())
            raise Misuse(
                f"{self.rules.folder} 里没有规则 {name}" + (f"，是否为 {near}？" if near else ""),
                f"there is no ruleset {name} in {self.rules.folder}" + (f"; did you mean {near}?" if near else ""),
            )
        current = self.path or self.rules.file_for(name, today)
        self._by_application = False
        self._current: tuple[Path, date | None, Ruleset] | None = None
        if current is not None:
            begun = day_of(current)
            day = today if begun is None or begun <= today else None  # before its first day, its fragments may not be in force
            current_ruleset = self._load(current, day)
            self._by_application = current_ruleset.dated_by == "applied_on"
            self.id = current_ruleset.id
            self._current = (current, day, current_ruleset)

    def decider(self, given: Any) -> Decider | None:
        """None if nothing is in force."""
        day = _applied_on(given, self.today) if self._by_application else self.today
        if day not in self._by_day:
            ruleset = self._ruleset(day)
            self._by_day[day] = ruleset.hash if ruleset else None
            if ruleset and ruleset.hash not in self._by_hash:
                self._by_hash[ruleset.hash] = compiled(ruleset)
        found = self._by_day[day]
        return self._by_hash[found] if found else None

    def receipt(self, given: Any) -> tuple[Receipt, Decider | None]:
        """Raises `InvalidFacts`."""
        decider = self.decider(given)
        if decider is None:
            return write_no_ruleset(self.id, given, self.today), None
        return decider.decide(given, self.today)[1], decider

    def _ruleset(self, day: date) -> Ruleset | None:
        path = self.path or self.rules.file_for(self.id, day)
        if path is None:
            return None
        ruleset = self._current[2] if self._current and self._current[:2] == (path, day) else self._load(path, day)
        begun = ruleset.first_day is None or ruleset.first_day <= day
        return ruleset if begun and (ruleset.ends is None or day <= ruleset.ends) else None

    def _load(self, path: Path, day: date | None) -> Ruleset:
        try:
            return load(path, day)
        except OSError as error:
            raise unreadable(str(path), error) from None


def _path(name: str) -> Path | None:
    """The path that RULESET is; None if it is an id."""
    path = Path(name)
    return path if path.suffix in (".yaml", ".yml") or len(path.parts) != 1 or path.is_file() else None


def _applied_on(given: Any, today: date) -> date:
    """The day of application; one that cannot be read is refused with the facts."""
    try:
        return min(read_date(given["applied_on"]), today) if isinstance(given, dict) and "applied_on" in given else today
    except WrongType:
        return today


def of_receipt(rules: Rules, receipt: Mapping[str, Any]) -> Ruleset | None:
    """The ruleset whose hash a receipt names, wherever it lies in the rules folder; None if it is not there."""
    wanted = receipt.get("ruleset_hash")
    days = [date.fromisoformat(receipt["decided_for"])]
    applied_on = receipt["facts"].get("applied_on") if isinstance(receipt.get("facts"), dict) else None
    days.append(_applied_on({"applied_on": applied_on}, days[0]))
    for path in _candidates(rules, str(receipt.get("ruleset"))):
        try:
            for day in versions(path) or days:
                if (ruleset := load(path, day)).hash == wanted:
                    return ruleset
        except (Refused, OSError):
            continue
    return None


def _candidates(rules: Rules, reference: str) -> Iterator[Path]:
    """The file a receipt names, then every other, those that lie in the folder itself included."""
    id_, _, day = reference.rpartition("/")
    named = rules.folder / id_ / f"{day}.yaml"
    if named.is_file():
        yield named
    flat = (each for each in sorted(rules.folder.glob("*.yaml")) if "." not in each.stem)
    yield from (each for each in (*rules.paths(), *flat) if each != named)
