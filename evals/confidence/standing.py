"""How every feature stands to its threshold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from costs.reports.confidence import Refusals, refusals
from evals.confidence.finding import calibrations
from evals.confidence.live import differences, drifted
from evals.models import Calibration
from gateway.grounding.policy import OFF, Mode, Policy
from gateway.models import Grounding
from tenants.models import Feature


@dataclass(frozen=True, slots=True)
class Standing:
    feature: Feature
    policy: Policy
    # What the threshold comes from; None: from nobody's measuring.
    calibration: Calibration | None
    # Why that says little by now.
    old: Sequence[str]
    refusals: Refusals

    @property
    def threshold(self) -> Decimal:
        return Decimal(str(self.policy.min_confidence))

    @property
    def is_checked(self) -> bool:
        return self.policy.mode is not Mode.OFF

    @property
    def is_enforced(self) -> bool:
        return self.policy.mode is Mode.ENFORCE

    @property
    def order(self) -> tuple[bool, bool, str]:
        return not self.is_enforced, not self.is_checked, self.feature.name


def standings(at: datetime) -> list[Standing]:
    features = Feature.objects.customers().order_by("name")
    return sorted(_standings(features, at), key=lambda each: each.order)


def standing_of(feature: Feature, at: datetime) -> Standing:
    (found,) = _standings([feature], at)
    return found


def _standings(features: Iterable[Feature], at: datetime) -> list[Standing]:
    wanted = list(features)
    rows = Grounding.objects.filter(feature__in=wanted)
    policies = {row.feature_id: row.as_policy() for row in rows}
    newest, refused = _newest(wanted), refusals(at)
    return [
        _standing(each, policies.get(each.pk, OFF), newest.get(each.pk), refused.get(each.pk, Refusals()))
        for each in wanted
    ]


def _standing(feature: Feature, policy: Policy, newest: Calibration | None, refused: Refusals) -> Standing:
    is_its = newest is not None and newest.threshold == Decimal(str(policy.min_confidence))
    calibration = newest if is_its else None
    old = [*differences(calibration.run), *filter(None, [drifted(calibration.run)])] if calibration else []
    return Standing(feature, policy, calibration, old, refused)


def _newest(features: Sequence[Feature]) -> Mapping[UUID, Calibration]:
    """Of each, what was set last and not taken back."""
    rows = calibrations().filter(feature__in=features, applied_at__isnull=False, undone_at=None)
    found = rows.order_by("feature", "-applied_at", "-id").distinct("feature")
    return {row.feature_id: row for row in found}
