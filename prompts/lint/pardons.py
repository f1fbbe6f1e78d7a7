"""What somebody looked at and let stand: `# aiops-ignore: personal-data`, in YAML or in a template's comment."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from prompts.files.problems import Problem
from prompts.rules import FIRM, Rule

_PARDON: Final = re.compile(r"#\s*aiops-ignore:[ \t]*([\w/-]+(?:[ \t]*,[ \t]*[\w/-]+)*)")


def rule_of(name: str) -> Rule | None:
    """By its name, with `prompt/` or without it."""
    whole = name if name.startswith("prompt/") else f"prompt/{name}"
    return Rule(whole) if whole in Rule else None


def without_pardoned(problems: Iterable[Problem], texts: Mapping[Path, str]) -> Iterator[Problem]:
    """A comment holds for its own file, and for rules that can be pardoned."""
    pardons = {path: _pardoned(text) for path, text in texts.items() if "aiops-ignore" in text}
    return (problem for problem in problems if problem.rule not in pardons.get(problem.path, ()))


def _pardoned(text: str) -> frozenset[Rule]:
    names = (name.strip() for found in _PARDON.finditer(text) for name in found[1].split(","))
    return frozenset(rule for name in names if (rule := rule_of(name)) is not None) - FIRM
