import re
from collections.abc import Sequence
from uuid import UUID

from tenants import audit, push, revisions
from tenants.actors import SYSTEM, Actor
from tenants.models import OPERATOR, Revision, Tenant
from tenants.refusals import Invalid
from tenants.services.declaring import Declared, declare

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def check_slug(field: str, slug: str) -> None:
    if not _SLUG.fullmatch(slug):
        raise Invalid(
            field, f"{slug!r} must be lower-case letters, digits and hyphens, at most 63, not starting with a hyphen."
        )


def declare_tenant(
    slug: str,
    *,
    name: str,
    plan: str = "",
    domain: str = "",
    allowed_models: Sequence[str] | None = None,
    max_calls: int | None = None,
    id: UUID | None = None,
    by: Actor,
) -> Declared[Tenant]:
    """Create the tenant or bring it in line; needs all tenants in scope. `id`: of a new one, if it must be known."""
    check_slug("tenant", slug)
    values = {
        "name": name,
        "plan": plan,
        "domain": domain,
        "allowed_models": None if allowed_models is None else sorted(allowed_models),
        "max_calls": max_calls,
    }
    with revisions.changing(Revision.Name.CONFIG):
        declared = declare(Tenant, {"slug": slug}, values, once={"id": id} if id else None)
        if declared.outcome != "unchanged":
            facts = {"before": dict(declared.before), "after": dict(declared.after)}
            audit.append_to_installation(actor=by, action=f"tenant.{declared.outcome}", object=slug, payload=facts)
            push.after_commit(Revision.Name.CONFIG)
    return declared


def ensure_operator() -> Tenant:
    """The built-in tenant of whoever runs this installation; made at first start."""
    with revisions.changing(Revision.Name.CONFIG):
        operator, created = Tenant.objects.get_or_create(slug=OPERATOR, defaults={"name": "Operator"})
        if created:
            audit.append(operator.pk, actor=SYSTEM, action="installation.begun", object=OPERATOR, payload={})
    return operator
