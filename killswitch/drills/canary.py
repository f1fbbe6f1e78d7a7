"""What drills stop: a feature of the console's own, of which no customer has any."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from killswitch import services
from killswitch.drills.asking import FEATURE
from killswitch.models import Stop, StopEvent
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant
from tenants.scope import ALL, scope
from tenants.services import declare_feature

# Should nobody be left to lift it.
_EXPIRES_AFTER: Final = timedelta(minutes=5)
_NOTE: Final = "The switch is tried out on a feature of the console's own. No customer has it."


@dataclass(frozen=True, slots=True)
class Canary:
    tenant: Tenant
    feature: Feature

    @property
    def target(self) -> Target:
        return Target.of(self.tenant, self.feature)

    def stop(self) -> services.StopResult:
        at = datetime.now(UTC)
        order = services.Order(
            target=self.target,
            reason=Stop.Reason.DRILL,
            origin=Stop.Origin.DRILL,
            note=_NOTE,
            expires_at=at + _EXPIRES_AFTER,
        )
        with scope(ALL):
            return services.stop(order, by=SYSTEM, at=at)

    def lift_all(self) -> services.LiftResult | None:
        """What a drill has stopped; None: nothing. What a person stopped, or joined, is not ours to lift."""
        with scope(ALL):
            standing = Stop.objects.active().at(self.target).filter(origin=Stop.Origin.DRILL)
            ours = standing.exclude(events__kind=StopEvent.Kind.JOINED)
            stop = ours.select_related("tenant", "feature").first()
            return services.lift(stop, by=SYSTEM, at=datetime.now(UTC), origin=Stop.Origin.DRILL) if stop else None


def canary() -> Canary:
    """In scope of all tenants; the feature is made when it is asked for first."""
    feature = Feature.objects.filter(slug=FEATURE, is_own=True).first()
    if feature is None:
        feature = declare_feature(FEATURE, name="Kill-switch drill", description=_NOTE, is_own=True, by=SYSTEM).row
    return Canary(Tenant.objects.operator(), feature)
