"""Reads a file of results: our own, or promptfoo's."""

import json
from pathlib import Path
from typing import Any

from evals.gate import ours, promptfoo
from evals.gate.results import Arm, BadResults


def read(path: Path, *, column: str | None = None) -> Arm:
    """`column`: which prompt or provider of a promptfoo file that has several."""
    document = _document(path)
    if ours.MARK in document:
        return ours.arm(document, str(path))
    if isinstance(document.get("results"), dict):
        return promptfoo.arm(document, str(path), column)
    raise BadResults(f'{path}: neither results of ours ("{ours.MARK}": {ours.VERSION}) nor promptfoo\'s (version 3).')


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as unread:
        raise BadResults(f"{path}: {unread.strerror}.") from None
    except UnicodeDecodeError as broken:
        raise BadResults(f"{path}: not UTF-8 at byte {broken.start}.") from None
    except json.JSONDecodeError as broken:
        raise BadResults(f"{path}, line {broken.lineno}, column {broken.colno}: {broken.msg}.") from None
    except RecursionError:
        raise BadResults(f"{path}: nested too deeply.") from None
    if not isinstance(document, dict):
        raise BadResults(f"{path}: allowed is an object.")
    return document
