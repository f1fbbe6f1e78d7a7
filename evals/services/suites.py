from dataclasses import dataclass
from datetime import datetime

from evals.models import Suite, SuiteVersion
from evals.suites import canonical
from evals.suites.model import Suite as SuiteContent
from prompts.models import Prompt
from tenants import audit, revisions
from tenants.actors import Actor
from tenants.models import Revision
from tenants.services import declare_feature
from tenants.services.tenants import check_slug


@dataclass(frozen=True, slots=True)
class PushedSuite:
    version: SuiteVersion
    # False: this content was there already.
    created: bool


def feature_of(suite: str) -> str:
    """The feature that calls of this suite are tagged with: their cost is seen apart."""
    return f"eval-{suite}"[:63].rstrip("-")


def push_suite(content: SuiteContent, *, by: Actor, at: datetime) -> PushedSuite:
    """Keep this content of the suite. Verdicts name it by its hash."""
    check_slug("suite", content.name)
    with revisions.changing(Revision.Name.CONFIG):
        suite = _describe(content)
        found = SuiteVersion.objects.filter(suite=suite, hash=canonical.version_of(content)).first()
        if found is not None:
            return PushedSuite(found, created=False)
        declare_feature(
            feature_of(content.name), name=f"Evals: {content.name}", description="Calls of eval runs.", by=by
        )
        version = _add(suite, content, by, at)
        facts = {"version": version.hash, "number": version.number, "cases": version.cases}
        audit.append_to_installation(actor=by, action="suite.pushed", object=content.name, payload=facts, at=at)
    return PushedSuite(version, created=True)


def _describe(content: SuiteContent) -> Suite:
    prompt = Prompt.objects.filter(name=content.prompt).first() if content.prompt else None
    told = {"prompt": prompt, "is_canary": content.canary}
    suite, _ = Suite.objects.update_or_create(name=content.name, defaults=told)
    return suite


def _add(suite: Suite, content: SuiteContent, by: Actor, at: datetime) -> SuiteVersion:
    newest = SuiteVersion.objects.filter(suite=suite).order_by("-number").values_list("number", flat=True).first()
    return SuiteVersion.objects.create(
        suite=suite,
        hash=canonical.version_of(content),
        number=(newest or 0) + 1,
        content=canonical.as_json(content),
        cases=len(content.cases),
        pushed_at=at,
        pushed_by=by.label,
    )
