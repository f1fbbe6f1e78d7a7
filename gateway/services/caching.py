from dataclasses import dataclass

from django.db.models import F

from gateway.models import ResponseCache
from gateway.models.caching import LONGEST_SECONDS
from gateway.services.auditing import record
from gateway.services.settings import SettingsChanged, seconds_kept
from tenants import audit, push, revisions
from tenants.actors import Actor
from tenants.models import Feature, Revision
from tenants.refusals import Invalid
from tenants.services.declaring import Declared, declare


def declare_caching(
    feature: Feature, *, seconds: int, expected: int | None = None, by: Actor
) -> Declared[ResponseCache]:
    """Let an answer of this feature stand for the same question of the same tenant for so long; 0: never.

    `expected`: for how long it stood when it was looked at; when that is another by now, nothing is changed.
    """
    if not 0 <= seconds <= LONGEST_SECONDS:
        raise Invalid("cache_seconds", f"{seconds} must be from 0 to {LONGEST_SECONDS}.")
    with revisions.changing(Revision.Name.CONFIG):
        if expected is not None and seconds_kept(feature) != expected:
            raise SettingsChanged(feature)
        declared = declare(ResponseCache, {"feature": feature}, {"seconds": seconds})
        if declared.outcome != "unchanged":
            record(f"response_cache.{declared.outcome}", feature.slug, declared, by=by)
    return declared


@dataclass(frozen=True, slots=True)
class Forgotten:
    generation: int


def forget_answers(feature: Feature, *, by: Actor) -> Forgotten:
    """Nothing that was kept for this feature is given any more, of any tenant."""
    with revisions.changing(Revision.Name.CONFIG):
        ResponseCache.objects.get_or_create(feature=feature)
        ResponseCache.objects.filter(feature=feature).update(generation=F("generation") + 1)
        generation = ResponseCache.objects.values_list("generation", flat=True).get(feature=feature)
        facts = {"generation": generation}
        audit.append_to_installation(actor=by, action="response_cache.forgotten", object=feature.slug, payload=facts)
        push.after_commit(Revision.Name.CONFIG)
    return Forgotten(generation)
