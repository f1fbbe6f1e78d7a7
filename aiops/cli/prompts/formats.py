"""Problems as the programs of others read them: GitHub's annotations, GitLab's Code Quality, SARIF."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from aiops.cli.plain import plain, plain_line
from aiops.cli.version import version

if TYPE_CHECKING:
    from prompts.files import Problem

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_COMMANDS: Final = {"error": "error", "warning": "warning", "note": "notice"}
_SEVERITIES: Final = {"error": "major", "warning": "minor", "note": "info"}
_FIRM_NUMBERS: Final = re.compile(r"\d+")


def github(problems: "Iterable[Problem]") -> list[str]:
    """Workflow commands, one a line."""
    root = _root()
    return [_command(problem, _relative(problem.path, root)) for problem in problems]


def gitlab(problems: "Sequence[Problem]") -> list[dict[str, Any]]:
    root = _root()
    return [
        {
            "description": plain_line(problem.text),
            "check_name": problem.rule,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[problem.level],
            "location": {
                "path": _relative(problem.path, root),
                "positions": {"begin": {"line": problem.line, "column": problem.column}},
            },
        }
        for problem, fingerprint in zip(problems, _fingerprints(problems, root), strict=True)
    ]


def sarif(problems: "Sequence[Problem]") -> dict[str, Any]:
    from prompts.rules import SAID  # noqa: PLC0415 - other formats need no rules

    root, rules = _root(), list(SAID)
    driver = {
        "name": "aiops prompts check",
        "version": version(),
        "rules": [{"id": rule.value, "shortDescription": {"text": said}} for rule, said in SAID.items()],
    }
    results = [
        {
            "ruleId": problem.rule,
            "ruleIndex": [rule.value for rule in rules].index(problem.rule),
            "level": str(problem.level),
            "message": {"text": plain(problem.text)},
            "locations": [{"physicalLocation": _place(problem, root)}],
            "partialFingerprints": {"aiopsPrompt/v1": fingerprint},
        }
        for problem, fingerprint in zip(problems, _fingerprints(problems, root), strict=True)
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _command(problem: "Problem", path: str) -> str:
    facts = {"file": path, "line": problem.line, "col": problem.column, "title": problem.rule}
    told = ",".join(f"{name}={_property(str(value))}" for name, value in facts.items())
    return f"::{_COMMANDS[problem.level]} {told}::{_data(plain(problem.text))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _place(problem: "Problem", root: str) -> dict[str, Any]:
    path = _relative(problem.path, root)
    artifact = {"uri": quote(path)} if path.startswith("/") else {"uri": quote(path), "uriBaseId": "%SRCROOT%"}
    return {"artifactLocation": artifact, "region": {"startLine": problem.line, "startColumn": problem.column}}


def _fingerprints(problems: "Iterable[Problem]", root: str) -> list[str]:
    """The same while only lines move and figures change; a second one of the same words has one of its own."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for problem in problems:
        what = (_relative(problem.path, root), problem.rule, _FIRM_NUMBERS.sub("#", problem.text.replace(root, "")))
        seen[what] += 1
        found.append(hashlib.sha256("\0".join((*what, str(seen[what]))).encode(errors="replace")).hexdigest())
    return found


def _root() -> str:
    """The repository's folder; without one, where the command runs."""
    here = Path.cwd()
    return str(next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here))


def _relative(path: Path, root: str) -> str:
    """With forward slashes; what lies elsewhere keeps its whole path."""
    whole = os.path.abspath(path)
    inside = Path(whole).is_relative_to(root)
    return Path(os.path.relpath(whole, root) if inside else whole).as_posix()
