"""The rules of the house: what may import what, how long a file is, what a file may not say."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

ROOT = Path(__file__).resolve().parent.parent
LINES = 420
SOURCES = ("engine", "service", "bench", "tests")
NAMELESS = {"util", "utils", "helper", "helpers", "common", "misc"}

MARKERS = re.compile(r"\b(?:TO[D]O|FIX[M]E|HA[C]K|X{3})\b")
REGISTRIES = re.compile(
    r"\b(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com|proxy\.golang\.org|repo1?\.maven\.)"
    r"|--(?:extra-)?index[-]url\b|--find[-]links\b|file:/{3}\w"
)
MACHINE_PATHS = re.compile(r"(?<![\w.~*])/(?:home/\w+|Users/\w+|root|tmp|opt|mnt|srv)/\w")


KEPT = ("models", "store", "tables")


def files() -> Iterator[Path]:
    """Every file a commit could hold: those below the root that .gitignore leaves."""
    ignored = GitIgnoreSpec.from_lines((ROOT / ".gitignore").read_text("utf-8").splitlines())
    for folder, below, names in os.walk(ROOT):
        inside = Path(folder).relative_to(ROOT)
        below[:] = sorted(name for name in below if name != ".git" and not ignored.match_file(f"{inside / name}/"))
        yield from (ROOT / inside / name for name in sorted(names) if not ignored.match_file(str(inside / name)))


def modules(*packages: str) -> list[Path]:
    """The Python files of these packages that people write: migrations are written by alembic."""
    return [path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in packages
            and path.parent.name != "versions"]


def texts() -> Iterator[tuple[str, str]]:
    """Every text file: its path in the project and what it says."""
    for path in files():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def found(pattern: re.Pattern[str]) -> list[str]:
    """Where a text says what it may not, as `path:line: what`."""
    return [
        f"{name}:{number}: {match.group()}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if (match := pattern.search(line))
    ]


def imported(path: Path) -> set[str]:
    """The top names a module imports, `importlib.import_module("…")` and `__import__("…")` included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import():
                names |= {alias.name for alias in node.names}
            case ast.ImportFrom(module=str(name), level=0):
                names.add(name)
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                names.add(name)
    return {name.split(".")[0] for name in names}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter's answer on the packages in `folder`."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def nouns() -> list[str]:
    """What the service is about, a folder each, with what it keeps to itself."""
    kept = (path.parent.name for name in KEPT for path in (ROOT / "service").glob(f"*/{name}.py"))
    return sorted(set(kept))


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the packages and their contracts, to break."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("engine", "service"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_every_module_can_be_read_in_one_sitting() -> None:
    long = {str(path.relative_to(ROOT)): count for path in modules(*SOURCES)
            if (count := len(path.read_text("utf-8").splitlines())) > LINES}
    assert not long


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in modules(*SOURCES)
              if not (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").strip()]
    assert not silent


def test_every_module_has_a_name_that_tells_what_is_inside() -> None:
    nameless = [str(path.relative_to(ROOT)) for path in modules(*SOURCES)
                if NAMELESS & {part.strip("_") for part in path.relative_to(ROOT).with_suffix("").parts}]
    assert not nameless


def test_only_the_conclusion_knows_durable_rules() -> None:
    knowing = {path.relative_to(ROOT).as_posix() for path in modules("engine", "service")
               if imported(path) & {"durable", "durable_rules_engine"}}
    assert knowing <= {"engine/decision/conclusion.py"}


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MARKERS, "# TO" + "DO: the rest"),
        (REGISTRIES, "https://files.python" + "hosted.org/packages/"),
        (REGISTRIES, "--index" + "-url https://example.com/simple"),
        (REGISTRIES, "file:/" + "//mirror/simple"),
        (MACHINE_PATHS, "see /ho" + "me/someone/notes.txt"),
        (MACHINE_PATHS, '"/tm' + 'p/x"'),
    ],
)
def test_what_no_file_may_say_is_noticed(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


def test_nothing_is_left_for_later() -> None:
    assert found(MARKERS) == []


def test_no_file_names_a_package_registry() -> None:
    assert found(REGISTRIES) == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    assert found(MACHINE_PATHS) == []
    here = [] if ROOT.parent == Path("/") else [name for name, text in texts() if f"{ROOT.parent}/" in text]
    assert here == []


def test_locked_requirements_carry_hashes() -> None:
    for lock in ("runtime", "dev", "peers"):
        pins = re.split(r"\n(?=\w)", (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8"))[1:]
        assert pins
        assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_locked_packages_of_the_pages_name_no_registry() -> None:
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, package in locked.items() if name and ("resolved" in package or "integrity" not in package)] == []


def test_import_contracts_hold() -> None:
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("engine/language/planted.py", "import service"),
        ("engine/language/planted.py", "import engine.ruleset"),
        ("engine/ruleset/planted.py", "import engine.decision"),
        ("engine/decision/planted.py", "import engine.assurance"),
        ("engine/decision/planted.py", "import engine.backtest"),
        ("engine/assurance/planted.py", "import engine.backtest"),
        ("engine/backtest/planted.py", "import engine.assurance"),
        ("engine/backtest/planted.py", "import engine.decision"),
        ("engine/assurance/planted.py", "import engine.commands"),
        ("engine/assurance/planted.py", "import engine.catalogue"),
        ("engine/commands/planted.py", "import engine.cli"),
        ("engine/decision/planted.py", "import durable_rules_engine"),
        ("service/planted.py", "from durable import engine"),
        ("service/cases/planted.py", "import service.evidence.store"),
        ("service/planted.py", "import service.accounts.tables"),
    ],
)
def test_import_contracts_notice(house: Path, module: str, line: str) -> None:
    (house / module).write_text(f'"""Breaks a contract."""\n\n{line}\n', "utf-8")
    answer = lint_imports(house)
    assert answer.returncode == 1
    assert "BROKEN" in answer.stdout
    assert "planted" in answer.stdout


@pytest.mark.parametrize("noun", nouns())
def test_every_noun_of_the_service_keeps_its_tables_to_itself(noun: str) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    contract = next(each for each in contracts if each["id"] == f"{noun}-within")
    kept = [name for name in KEPT if (ROOT / "service" / noun / f"{name}.py").exists()]
    assert contract["type"] == "protected"
    assert contract["protected_modules"] == [f"service.{noun}.{name}" for name in kept]
    assert contract["allowed_importers"] == [f"service.{noun}"]


def test_every_part_of_the_engine_has_its_layer(house: Path) -> None:
    (house / "engine/planted.py").write_text('"""Has none."""\n', "utf-8")
    answer = lint_imports(house)
    assert answer.returncode == 1
    assert "planted" in answer.stdout


def test_import_contracts_let_assurance_run_cases(house: Path) -> None:
    (house / "engine/assurance/planted.py").write_text('"""Keeps them."""\n\nimport engine.decision\n', "utf-8")
    answer = lint_imports(house)
    assert answer.returncode == 0, answer.stdout
