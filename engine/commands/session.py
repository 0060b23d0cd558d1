"""What every command is run with: its language, where the rules are, how it answers, and how it says that it was misused."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine.decision.printable import printable
from engine.starter import CATALOGUE, rules_above, starter_rules

if TYPE_CHECKING:
    from rich.console import Console

    from engine.ruleset.loading import Rules

Language = Literal["zh", "en"]


class Misuse(Exception):
    """Wrong use or unreadable input: one sentence for the caller, and exit code 2."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words: Mapping[Language, str] = {"zh": zh, "en": en}


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """`--lang`, else the locale by POSIX precedence; Chinese unless that says English."""
    for place, each in enumerate(arguments):
        if each == "--":
            break
        name, _, value = each.partition("=")
        if name == "--lang":
            asked = value or "".join(arguments[place + 1 : place + 2])
            if asked in ("zh", "en"):
                return "en" if asked == "en" else "zh"
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "en" if locale.lower().startswith("en") else "zh"


def unreadable(path: str, error: OSError) -> Misuse:
    """Why a file cannot be read, in a sentence."""
    match error:
        case FileNotFoundError():
            return Misuse(f"没有这个文件：{path}", f"there is no file {path}")
        case IsADirectoryError():
            return Misuse(f"{path} 是文件夹，这里要的是文件", f"{path} is a folder; a file is meant here")
        case PermissionError():
            return Misuse(f"没有权限读写 {path}", f"no permission for {path}")
    return Misuse(f"不能读写 {path}：{error.strerror}", f"cannot read or write {path}: {error.strerror}")


def shown(path: Path) -> Path:
    """The path as people write it: relative where it lies in the current folder."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path


@dataclass(frozen=True)
class Session:
    """One run of one command."""

    lang: Language
    json: bool
    rules_folder: Path | None = None

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    @cached_property
    def rules(self) -> Rules:
        """Those of `--rules`, of the nearest `matters.yaml` above, or the ones that come with the package."""
        from engine.ruleset.loading import Rules

        folder = self.rules_folder
        if folder is None:
            return Rules(shown((rules_above(Path.cwd()) or starter_rules()) / "rules"))
        if not folder.is_dir():
            raise Misuse(f"--rules 要的是规则文件夹：{folder}", f"--rules takes a folder of rules: {folder}")
        inside = folder / "rules"
        return Rules(inside if (folder / CATALOGUE).is_file() and inside.is_dir() else folder)

    @property
    def catalogue(self) -> Path | None:
        """The `matters.yaml` beside the rules folder, if there is one."""
        path = shown(self.rules.folder.resolve().parent / CATALOGUE)
        return path if path.is_file() else None

    @cached_property
    def out(self) -> Console:
        return _console(stderr=False)

    @cached_property
    def err(self) -> Console:
        return _console(stderr=True)

    @property
    def for_people(self) -> bool:
        """Whether a person reads the answer: no `--json`, on a terminal."""
        return not self.json and sys.stdout.isatty()

    def note(self, text: str) -> None:
        """A line beside the answer, for people alone."""
        if not self.json:
            self.err.print(printable(text), soft_wrap=True)

    def answer(self, value: Any) -> None:
        """The one JSON document on stdout."""
        text = json.dumps(value, ensure_ascii=False, indent=2)
        self.write(text.encode(errors="replace") + b"\n")  # a path need not be UTF-8

    def write(self, data: bytes) -> None:
        sys.stdout.buffer.write(data)

    def read(self, path: str, most: int = -1) -> bytes:
        """The bytes of a file, or of stdin for `-`, at most `most` of them. Raises `Misuse`."""
        if path == "-":
            return sys.stdin.buffer.read(most)
        try:
            with Path(path).open("rb") as file:
                return file.read(most)
        except (OSError, ValueError) as error:
            raise unreadable(path, error if isinstance(error, OSError) else OSError(0, str(error))) from None


def _console(stderr: bool) -> Console:
    from rich.console import Console

    class Piped(Console):
        """Leaves a closed pipe to `engine.cli.run`."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Piped(stderr=stderr, highlight=False, markup=False, emoji=False)


def silence() -> None:
    """Sends what is still unwritten nowhere, after the reader of stdout has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
