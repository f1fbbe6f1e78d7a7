"""How a feature's answers stand: what is demanded of them, and how long they are kept."""

from gateway.grounding.policy import OFF, Policy
from gateway.models import Grounding, ResponseCache
from tenants.models import Feature
from tenants.refusals import Conflict


class SettingsChanged(Conflict):
    """Somebody else changed it since it was looked at."""

    code = "changed_meanwhile"

    def __init__(self, feature: Feature) -> None:
        super().__init__(f"{feature.name} was changed meanwhile. Look at how it stands, and send your change again.")


def policy_of(feature: Feature) -> Policy:
    row = Grounding.objects.filter(feature=feature).first()
    return row.as_policy() if row else OFF


def seconds_kept(feature: Feature) -> int:
    """0: no answer is kept."""
    return ResponseCache.objects.filter(feature=feature).values_list("seconds", flat=True).first() or 0
