"""The keys with which drills call the gateway: of the built-in tenant, each pinned to its drill's own feature."""

from killswitch.models import DrillKey
from tenants import revisions, secrets
from tenants.actors import SYSTEM
from tenants.models import Feature, Revision, Tenant
from tenants.services import create_key

_NAME = "drill"
_PLACE = "killswitch_drillkey|sealed|{name}"


def call_key(operator: Tenant, feature: Feature, *, name: str = _NAME) -> str:
    """Its text; made when it is asked for first, or was revoked."""
    row = _found(name) or _make(operator, feature, name)
    return secrets.decrypt(bytes(row.sealed), tenant=operator.pk, place=_PLACE.format(name=name))


def _found(name: str) -> DrillKey | None:
    return DrillKey.objects.filter(pk=name, key__revoked_at=None).first()


def _make(operator: Tenant, feature: Feature, name: str) -> DrillKey:
    # Those wait here who come at the same time.
    with revisions.changing(Revision.Name.CONFIG):
        if found := _found(name):
            return found
        made = create_key(
            operator, name="kill-switch drills" if name == _NAME else f"drills of {name}", feature=feature, by=SYSTEM
        )
        sealed = secrets.encrypt(made.text, tenant=operator.pk, place=_PLACE.format(name=name))
        row, _ = DrillKey.objects.update_or_create(pk=name, defaults={"key": made.key, "sealed": sealed})
        return row
