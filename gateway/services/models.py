import re

from gateway.models import Chain, Model, Provider
from gateway.services.auditing import record
from gateway.services.names import check_name, check_not_reserved
from tenants import revisions
from tenants.actors import Actor
from tenants.models import Revision
from tenants.refusals import Invalid
from tenants.services.declaring import Declared, declare

# It goes into a header of the answer.
_UPSTREAM = re.compile(r"[!-~]{1,200}")


def declare_model(
    slug: str, *, provider: str, upstream: str | None = None, context_window: int | None = None, by: Actor
) -> Declared[Model]:
    """Let callers ask for `slug` and get `upstream` (the same name, unless given) of this provider."""
    check_name("model", slug)
    if not _UPSTREAM.fullmatch(upstream or slug):
        raise Invalid("upstream", f"{upstream!r} must be printable, without spaces, at most 200 characters.")
    with revisions.changing(Revision.Name.CONFIG):
        check_not_reserved("model", slug, Model)
        if Chain.objects.filter(slug=slug).exists():
            raise Invalid("model", f"{slug!r} is the name of a chain; models and chains share one space of names.")
        values = {"provider": _provider(provider), "upstream": upstream or slug, "context_window": context_window}
        declared = declare(Model, {"slug": slug}, values)
        if declared.outcome != "unchanged":
            record(f"model.{declared.outcome}", slug, declared, by=by)
    return declared


def _provider(slug: str) -> Provider:
    provider = Provider.objects.filter(slug=slug).first()
    if provider is None:
        known = ", ".join(Provider.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise Invalid("provider", f"{slug!r} is not declared; declared are: {known}.")
    return provider
