"""The last change of a feature's grounding, or of how long its answers are kept, taken back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from gateway.grounding.policy import OFF, Mode, Unverified
from gateway.services.caching import declare_caching
from gateway.services.chain_undo import NothingToUndo
from gateway.services.grounding import declare_grounding
from gateway.services.settings import SettingsChanged, policy_of, seconds_kept
from tenants import revisions
from tenants.actors import Actor
from tenants.models import OPERATOR, AuditEntry, Feature, Revision

# So many changes of the threshold alone may lie before it.
_LOOKED_BACK: Final = 50


class Setting(StrEnum):
    """As the audit log's actions begin."""

    GROUNDING = "grounding"
    KEEPING = "response_cache"


# How a feature stands of which nothing was said. The threshold is taken back where it was calibrated.
_PLAIN: Final[Mapping[Setting, Mapping[str, Any]]] = {
    Setting.GROUNDING: {"mode": str(OFF.mode), "unverified": str(OFF.unverified)},
    Setting.KEEPING: {"seconds": 0},
}


@dataclass(frozen=True, slots=True)
class LastSetting:
    """Whole, before it and after it."""

    entry: AuditEntry
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def last_setting(feature: Feature, setting: Setting) -> LastSetting | None:
    """None when nobody changed it, or nobody knows any more what it was."""
    plain = _PLAIN[setting]
    actions = [f"{setting}.created", f"{setting}.changed"]
    rows = AuditEntry.objects.filter(tenant__slug=OPERATOR, object=feature.slug, action__in=actions)
    after = _now(feature, setting)
    for entry in rows.order_by("-seq")[:_LOOKED_BACK]:
        if entry.payload is None:
            return None
        facts = json.loads(entry.payload)
        known = plain if entry.action.endswith(".created") else after
        before = {**known, **{name: value for name, value in facts["before"].items() if name in plain}}
        if before != after:
            return LastSetting(entry, before, after)
    return None


def undo_setting(feature: Feature, setting: Setting, *, change: int, by: Actor) -> None:
    """Put it back as it was before the change with this number in the audit log, if that is the last one."""
    with revisions.changing(Revision.Name.CONFIG):
        last = last_setting(feature, setting)
        if last is None:
            raise NothingToUndo(f"{feature.name} was not changed, or what it was is not known any more.")
        if last.entry.seq != change:
            raise SettingsChanged(feature)
        if setting is Setting.KEEPING:
            declare_caching(feature, seconds=last.before["seconds"], by=by)
            return
        declare_grounding(
            feature,
            mode=Mode(last.before["mode"]),
            min_confidence=Decimal(str(policy_of(feature).min_confidence)),
            unverified=Unverified(last.before["unverified"]),
            by=by,
        )


def _now(feature: Feature, setting: Setting) -> Mapping[str, Any]:
    policy = policy_of(feature)
    if setting is Setting.KEEPING:
        return {"seconds": seconds_kept(feature)}
    return {"mode": str(policy.mode), "unverified": str(policy.unverified)}
