"""Versions of a prompt, made through the services that the product uses."""

from datetime import UTC, datetime, timedelta
from typing import Any

from prompts import services
from prompts.bundle import Bundle
from prompts.models import PlannedRelease, Prompt, PromptVersion, Release
from prompts.services import Released
from tenants.actors import SYSTEM, Actor
from tenants.models import Feature, Tenant
from tests.costs.factories import make_finished, make_opened, record

AT = datetime(2026, 11, 22, 2, 14, 7, tzinfo=UTC)


def make_bundle(text: str = "Be kind.", **parts: Any) -> Bundle:
    return Bundle.parse(
        {
            "messages": [{"role": "system", "content": text}, {"role": "user", "content": "{{ question }}"}],
            "parts": {},
            "model": {"chain": "default"},
            "output": {},
            "variables": {"question": {"type": "string", "required": True}},
        }
        | parts
    )


def make_version(text: str = "Be kind.", *, name: str = "welcome", **values: Any) -> PromptVersion:
    return services.push_version(name, make_bundle(text), **{"by": SYSTEM, "at": AT} | values).version


def make_kept(text: str, *, name: str = "welcome") -> PromptVersion:
    """As one stands there that an older console took, which did not look at templates."""
    bundle = make_bundle(text)
    prompt, _ = Prompt.objects.get_or_create(name=name)
    return PromptVersion.objects.create(
        prompt=prompt,
        hash=bundle.hash,
        number=PromptVersion.objects.of(prompt).count() + 1,
        content=bundle.as_json(),
        pushed_at=AT,
        pushed_by=SYSTEM.label,
    )


def make_release(
    version: PromptVersion, environment: str = "production", by: Actor = SYSTEM, *, at: datetime = AT, **lane: Any
) -> Released:
    """`lane`: tenant, percent."""
    return services.release(version, environment=environment, by=by, at=at, **lane)


def go_back(environment: str = "production", *, name: str = "welcome", **values: Any) -> Released:
    return services.roll_back(services.find_prompt(name), environment=environment, **{"by": SYSTEM, "at": AT} | values)


def make_end(environment: str = "production", *, name: str = "welcome", **values: Any) -> Released:
    return services.end(services.find_prompt(name), environment=environment, **{"by": SYSTEM, "at": AT} | values)


def make_calls_apart(head: PromptVersion, tenant: Tenant, feature: Feature) -> None:
    """A canary of everybody's with two calls; one of them was made while the tenant had a version of its own."""
    now = datetime.now(UTC)
    own = PromptVersion.objects.of(head.prompt).exclude(pk=head.pk)[0]
    make_release(head, percent=5, at=now - timedelta(hours=3))
    make_release(own, tenant=tenant, at=now - timedelta(hours=2))
    make_end(tenant=tenant, at=now - timedelta(hours=1))
    moments = (now - timedelta(minutes=90), now - timedelta(minutes=30))
    call = {"tenant": tenant.pk, "feature": feature.pk, "prompt_version": head.hash}
    record(*(make_finished(make_opened(at=each, **call)) for each in moments), at=now)


def make_plan(version: PromptVersion, **values: Any) -> PlannedRelease:
    """The row by itself, as nobody asked for it; what people ask for is in `tests.evals.planned`."""
    usual = {"prompt": version.prompt, "environment": "production", "state": "waiting", "asked_at": AT}
    return PlannedRelease.objects.create(version=version, **usual | values)


def told(release: Release | None) -> str | None:
    """`v2`, or `v2 at 5` of a canary."""
    if release is None:
        return None
    return f"{release.version} at {release.percent}" if release.is_canary else str(release.version)


def lanes(environment: str = "production", tenant: Tenant | None = None) -> tuple[str | None, str | None]:
    """Of the prompt `welcome`: the main lane, and the canary beside it."""
    asked = (services.find_prompt("welcome"), environment, tenant)
    return told(services.live(*asked)), told(services.canary(*asked))
