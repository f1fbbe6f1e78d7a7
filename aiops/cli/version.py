"""Which release of the console this is. It runs from its own folder, so what is said there is so."""

import tomllib
from pathlib import Path
from typing import Final

_SAID: Final = Path(__file__).parents[2] / "pyproject.toml"


def version() -> str:
    return str(tomllib.loads(_SAID.read_text(encoding="utf-8"))["project"]["version"])
