"""Where the rules live: found by walking up from a folder, or the starter rules that come with the package.

An installed wheel carries `matters.yaml` and `rules/` under `engine/_starter/`; in a checkout they lie beside the
`engine` folder.
"""

from __future__ import annotations

from pathlib import Path

CATALOGUE = "matters.yaml"


def rules_above(folder: Path) -> Path | None:
    """The nearest folder, `folder` itself or one above it, that holds `matters.yaml`; None if there is none."""
    folder = folder.resolve()
    return next((place for place in (folder, *folder.parents) if (place / CATALOGUE).is_file()), None)


def starter_rules() -> Path:
    """The folder that holds the `matters.yaml` and `rules/` a fresh installation starts from; not to be written to."""
    package = Path(__file__).resolve().parent
    packed = package / "_starter"
    return packed if packed.is_dir() else package.parent
