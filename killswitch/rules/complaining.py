"""Complaints about answers, as support tools pass them on: what rules count."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from killswitch.models import Complaint
from tenants.actors import Actor
from tenants.models import Feature, Tenant


def complain(
    tenant: Tenant,
    feature: Feature,
    *,
    words: str,
    by: Actor,
    at: datetime,
    call_id: UUID | None = None,
    user_key: UUID | None = None,
    prompt_version: str = "",
) -> tuple[Complaint, bool]:
    """Of a call once: said again, the first is given back, and False."""
    made = Complaint(
        tenant=tenant,
        feature=feature,
        words=words,
        at=at,
        by=by.label,
        call_id=call_id,
        user_key=user_key,
        prompt_version=prompt_version,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        found = Complaint.objects.filter(tenant=tenant, call_id=call_id).first()
        if call_id is None or found is None:
            raise
        return found, False
    return made, True
