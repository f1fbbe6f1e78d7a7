"""Calls as rows of the page, with the names of what they were of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from costs.models import Call
from costs.records import Outcome
from costs.reports.calls import labels
from costs.views.calls.quoting import bad_quotes, outcome_of, withheld_for
from costs.views.calls.versions import Label, labels_of
from costs.views.calls.wording import Word
from tenants.models import Feature, Tenant


@dataclass(frozen=True, slots=True)
class Line:
    call: Call
    tenant: Tenant | None
    feature: Feature | None
    # As the caller sent it; None once it was forgotten.
    user: str | None
    version: Label | None

    @property
    def outcome(self) -> Word:
        return outcome_of(self.call)

    @property
    def bad_quotes(self) -> str:
        return bad_quotes(self.call)

    @property
    def withheld_for(self) -> str:
        return withheld_for(self.call)

    @property
    def code(self) -> str:
        """Of what went wrong, where the pill and what stands under it do not say it."""
        is_said = self.call.outcome == Outcome.STOPPED or self.call.error_code == self.call.refusal
        return "" if is_said else self.call.error_code

    @property
    def is_other_model(self) -> bool:
        return self.call.model_asked not in ("", self.call.model, f"{self.call.provider}/{self.call.model}")


def lines_of(found: Sequence[Call], *, knows_prompts: bool) -> list[Line]:
    tenants: Mapping[UUID, Tenant] = Tenant.objects.in_bulk({call.tenant_id for call in found})
    features: Mapping[UUID, Feature] = Feature.objects.in_bulk({call.feature_id for call in found})
    users = labels(found)
    versions = labels_of({call.prompt_version for call in found}) if knows_prompts else {}
    return [
        Line(
            call,
            tenants.get(call.tenant_id),
            features.get(call.feature_id),
            users.get((call.tenant_id, call.user_key)),
            versions.get(call.prompt_version),
        )
        for call in found
    ]
