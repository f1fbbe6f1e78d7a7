"""Which suites judge a chain: those of the prompts that are live in production and name it."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

from evals.gate.rules import Rules
from evals.models import Suite, SuiteVersion
from evals.suites.model import Gate
from gateway.routing.aliases import PREFIX
from prompts.models import PromptVersion, Release
from prompts.services import PRODUCTION

# What a prompt that names none is asked of.
_USUAL: Final = "default"


@dataclass(frozen=True, slots=True)
class Judging:
    """A suite's content that counts, and the version of its prompt that callers get."""

    suite: Suite
    content: SuiteVersion
    version: PromptVersion

    @property
    def rules(self) -> Rules:
        return _facts(self.content.pk)[0]

    @property
    def must_pass(self) -> frozenset[str]:
        return _facts(self.content.pk)[1]


def by_chain() -> Mapping[str, Sequence[Judging]]:
    pushed = Suite.objects.filter(current__isnull=False, prompt__isnull=False)
    suites = list(pushed.select_related("current").defer("current__content").order_by("name"))
    rows = Release.objects.filter(prompt__in=[suite.prompt_id for suite in suites], environment=PRODUCTION)
    live = {each.prompt_id: each.version for each in rows.current().select_related("version__prompt")}
    found: dict[str, list[Judging]] = defaultdict(list)
    for suite in suites:
        version = live.get(suite.prompt_id) if suite.prompt_id else None
        if version is not None and suite.current is not None and (chain := _chain_of(version)):
            found[chain].append(Judging(suite, suite.current, version))
    return found


def _chain_of(version: PromptVersion) -> str:
    """Empty when it names a model."""
    named = json.loads(version.content).get("model", {})
    return "" if named.get("model") else str(named.get("chain") or _USUAL).removeprefix(PREFIX)


@lru_cache(maxsize=256)
def _facts(content: UUID) -> tuple[Rules, frozenset[str]]:
    """A content never changes."""
    data = json.loads(SuiteVersion.objects.values_list("content", flat=True).get(pk=content))
    gate, usual = data.get("gate", {}), Gate()
    rules = Rules(margin=float(gate.get("margin", usual.margin)), alpha=float(gate.get("alpha", usual.alpha)))
    return rules, frozenset(case["key"] for case in data["cases"] if case.get("must_pass"))
