from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evals.models import Suite, SuiteVersion
from evals.naming import LONGEST_SUITE, feature_of
from evals.suites import canonical
from evals.suites.model import Suite as SuiteContent
from prompts.models import Prompt
from tenants import audit, revisions
from tenants.actors import Actor
from tenants.models import Revision
from tenants.refusals import Invalid
from tenants.services import declare_feature
from tenants.services.tenants import check_slug


@dataclass(frozen=True, slots=True)
class PushedSuite:
    version: SuiteVersion
    # False: this content was there already.
    created: bool


def push_suite(content: SuiteContent, *, candidate: bool = False, by: Actor, at: datetime) -> PushedSuite:
    """Keep this content of the suite, and judge releases by it. Verdicts name it by its hash.

    A candidate, as a branch has one, can be asked; releases go on being judged by what was there before.
    """
    check_slug("suite", content.name)
    if len(content.name) > LONGEST_SUITE:
        raise Invalid("suite", f"its name must have at most {LONGEST_SUITE} characters.")
    with revisions.changing(Revision.Name.CONFIG):
        suite, _ = Suite.objects.get_or_create(name=content.name)
        version = SuiteVersion.objects.of(suite).filter(hash=canonical.version_of(content)).first()
        created = version is None
        if version is None:
            _declare_feature(content.name, by)
            version = _add(suite, content, by, at)
            facts = {"version": version.hash, "number": version.number, "cases": version.cases}
            audit.append_to_installation(actor=by, action="suite.pushed", object=content.name, payload=facts, at=at)
        if not candidate:
            _make_current(suite, version, content, by, at)
    return PushedSuite(version, created)


def _declare_feature(suite: str, by: Actor) -> None:
    name = f"Evals: {suite}"
    declare_feature(feature_of(suite), name=name, description="Calls of eval runs.", is_own=True, by=by)


def _prompt_of(content: SuiteContent) -> Prompt | None:
    return Prompt.objects.filter(name=content.prompt).first() if content.prompt else None


def _make_current(suite: Suite, version: SuiteVersion, content: SuiteContent, by: Actor, at: datetime) -> None:
    before = _told(suite)
    suite.current, suite.prompt, suite.is_canary = version, _prompt_of(content), content.canary
    if _told(suite) == before:
        return
    suite.save(update_fields=["current", "prompt", "is_canary"])
    facts = {"before": before, "after": _told(suite)}
    audit.append_to_installation(actor=by, action="suite.made_current", object=suite.name, payload=facts, at=at)


def _told(suite: Suite) -> dict[str, Any]:
    return {
        "version": suite.current.hash if suite.current else None,
        "prompt": suite.prompt.name if suite.prompt else None,
        "canary": suite.is_canary,
    }


def _add(suite: Suite, content: SuiteContent, by: Actor, at: datetime) -> SuiteVersion:
    newest = SuiteVersion.objects.of(suite).order_by("-number").values_list("number", flat=True).first()
    return SuiteVersion.objects.create(
        suite=suite,
        hash=canonical.version_of(content),
        number=(newest or 0) + 1,
        content=canonical.as_json(content),
        cases=len(content.cases),
        pushed_at=at,
        pushed_by=by.label,
    )
