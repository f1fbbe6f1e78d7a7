"""A suite file, and files beside it, in a folder."""

from pathlib import Path
from typing import Any

import pytest

from evals.suites.model import Case, Suite
from evals.suites.problems import Faulty
from evals.suites.reading import read


def suite_of(folder: Path, text: str, **files: str) -> Suite:
    """`files` by their names, `__` for the dot: `cases__csv`."""
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content, encoding="utf-8", newline="")
    (folder / "suite.yaml").write_text(text, encoding="utf-8")
    return read(folder / "suite.yaml")


def case_of(folder: Path, text: str, **files: str) -> Case:
    return suite_of(folder, text, **files).cases[0]


def problems_of(folder: Path, text: str, **files: str) -> list[str]:
    """Without the folder's name."""
    with pytest.raises(Faulty) as fault:
        suite_of(folder, text, **files)
    return [str(problem).replace(f"{folder}/", "") for problem in fault.value.problems]


def types(case: Case) -> list[tuple[str, Any]]:
    return [(check.type, check.value) for check in case.checks]
