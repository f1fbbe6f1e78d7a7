"""The key with which eval workers call the gateway: a call key of the built-in tenant, sealed as any secret is."""

from django.db import transaction

from evals.models import CallKey
from tenants import secrets
from tenants.actors import SYSTEM
from tenants.models import OPERATOR, Tenant
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
    with transaction.atomic():
        # The tenant's row is what those wait on who come at the same time.
        Tenant.objects.select_for_update().get(pk=operator.pk)
        found = CallKey.objects.filter(pk=environment, key__revoked_at=None).first()
        if found is not None:
            return found
        made = create_key(operator, name=f"evals {environment}", environment=environment, by=SYSTEM)
        sealed = secrets.encrypt(made.text, tenant=operator.pk, place=place)
        row, _ = CallKey.objects.update_or_create(pk=environment, defaults={"key": made.key, "sealed": sealed})
        return row
