"""The key with which drills call the gateway: of the built-in tenant, pinned to the drill's own feature."""

from killswitch.models import DrillKey
from tenants import revisions, secrets
from tenants.actors import SYSTEM
from tenants.models import Feature, Revision, Tenant
from tenants.services import create_key

_NAME = "drill"
_PLACE = "killswitch_drillkey|sealed|drill"


def call_key(operator: Tenant, feature: Feature) -> str:
    """Its text; made when it is asked for first, or was revoked."""
    row = _found() or _make(operator, feature)
    return secrets.decrypt(bytes(row.sealed), tenant=operator.pk, place=_PLACE)


def _found() -> DrillKey | None:
    return DrillKey.objects.filter(pk=_NAME, key__revoked_at=None).first()


def _make(operator: Tenant, feature: Feature) -> DrillKey:
    # Those wait here who come at the same time.
    with revisions.changing(Revision.Name.CONFIG):
        if found := _found():
            return found
        made = create_key(operator, name="kill-switch drills", feature=feature, by=SYSTEM)
        sealed = secrets.encrypt(made.text, tenant=operator.pk, place=_PLACE)
        row, _ = DrillKey.objects.update_or_create(pk=_NAME, defaults={"key": made.key, "sealed": sealed})
        return row
