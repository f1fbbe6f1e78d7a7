"""What every change of the gateway's configuration leaves behind: an audit row and a push."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from tenants import audit, push
from tenants.actors import Actor
from tenants.models import Revision
from tenants.services.declaring import Declared


def record[M: Model](action: str, slug: str, declared: Declared[M], *, by: Actor) -> None:
    facts = {"before": _told(declared.before), "after": _told(declared.after)}
    audit.append_to_installation(actor=by, action=action, object=slug, payload=facts)
    push.after_commit(Revision.Name.CONFIG)


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Another row is told by its slug."""
    return {name: getattr(value, "slug", value) for name, value in values.items()}
