from gateway.models import Chain, FeatureChain
from gateway.services.auditing import record
from tenants import revisions
from tenants.actors import Actor
from tenants.lookups import near
from tenants.models import Feature, Revision, Tenant
from tenants.refusals import Invalid
from tenants.services.declaring import Declared, declare


def declare_feature_chain(
    feature: Feature, *, chain: str, tenant: Tenant | None = None, by: Actor
) -> Declared[FeatureChain]:
    """Let this feature's calls that name no model, or `aiops-auto`, be answered by this chain; those of one tenant,
    or of all that have none of their own."""
    with revisions.changing(Revision.Name.CONFIG):
        declared = declare(FeatureChain, {"feature": feature, "tenant": tenant}, {"chain": _chain(chain)})
        if declared.outcome != "unchanged":
            record(f"feature_chain.{declared.outcome}", _told(feature, tenant), declared, by=by)
    return declared


def remove_feature_chain(feature: Feature, *, tenant: Tenant | None = None, by: Actor) -> bool:
    """Such calls must name a model again, or of one tenant get the chain for all. False if there was none."""
    with revisions.changing(Revision.Name.CONFIG):
        row = FeatureChain.objects.select_related("chain").filter(feature=feature, tenant=tenant).first()
        if row is None:
            return False
        removed: Declared[FeatureChain] = Declared(row, "changed", {"chain": row.chain}, {"chain": None})
        record("feature_chain.removed", _told(feature, tenant), removed, by=by)
        row.delete()
    return True


def _chain(slug: str) -> Chain:
    chain = Chain.objects.filter(slug=slug).first()
    if chain is None:
        known = Chain.objects.order_by("slug").values_list("slug", flat=True)
        raise Invalid("chain", f"there is no chain {slug!r}.{near(slug, known)}")
    return chain


def _told(feature: Feature, tenant: Tenant | None) -> str:
    return f"{feature.slug} of {tenant.slug}" if tenant else feature.slug
