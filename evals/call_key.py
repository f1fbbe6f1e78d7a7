"""The key with which eval workers call the gateway: a call key of the built-in tenant, sealed as any secret is."""

from evals.models import CallKey
from tenants import revisions, secrets
from tenants.actors import SYSTEM
from tenants.models import OPERATOR, Revision, Tenant
from tenants.scope import ALL, scope
from tenants.services import create_key

_PLACE = "evals_callkey|sealed|{environment}"


def call_key(environment: str) -> str:
    """Its text; made when it is asked for first, once however many ask at once."""
    with scope(ALL):
        operator = Tenant.objects.get(slug=OPERATOR)
        place = _PLACE.format(environment=environment)
        row = CallKey.objects.filter(pk=environment, key__revoked_at=None).first()
        if row is None:
            row = _make(operator, environment, place)
        return secrets.decrypt(bytes(row.sealed), tenant=operator.pk, place=place)


def _make(operator: Tenant, environment: str, place: str) -> CallKey:
    # Those wait here who come at the same time. No row is locked before the revision: a release, which holds it,
    # writes to the audit log of this tenant.
    with revisions.changing(Revision.Name.CONFIG):
        found = CallKey.objects.filter(pk=environment, key__revoked_at=None).first()
        if found is not None:
            return found
        made = create_key(operator, name=f"evals {environment}", environment=environment, by=SYSTEM)
        sealed = secrets.encrypt(made.text, tenant=operator.pk, place=place)
        row, _ = CallKey.objects.update_or_create(pk=environment, defaults={"key": made.key, "sealed": sealed})
        return row
