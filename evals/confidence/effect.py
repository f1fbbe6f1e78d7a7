"""What a feature does by its threshold now, in words that follow its name."""

from decimal import Decimal

from gateway.grounding.policy import Mode
from gateway.models import Grounding
from tenants.models import Feature


def what_it_does(feature: Feature, threshold: Decimal | None) -> str:
    which = f"answers less sure than {threshold.normalize():f}" if threshold else "no answer as unsure"
    mode = Grounding.objects.filter(feature=feature).values_list("mode", flat=True).first()
    if mode == Mode.ENFORCE:
        return f"refuses {which}"
    now = "only annotates" if mode == Mode.ANNOTATE else "does not check answers"
    return f"{now}, so it refuses nothing yet; once it enforces, it will refuse {which}"
