"""What the schema calls choices of which several shapes have one by the same name."""

from typing import Final

NAMES: Final = {
    "CallOutcome": "costs.serializers.OUTCOMES",
    "StopReason": "killswitch.models.Stop.Reason",
    "GivenReason": "killswitch.serializers.GIVEN_REASONS",
    "StopState": "killswitch.models.Stop.State",
    "PlanState": "killswitch.models.Plan.State",
    "StopScope": "killswitch.serializers.SCOPES",
    "StopMode": "killswitch.serializers.MODES",
    "StopInFlight": "killswitch.serializers.IN_FLIGHT",
    "GroundingMode": "gateway.serializers.grounding.GROUNDING_MODES",
    "TenantState": "tenants.serializers.TENANT_STATES",
    "FeatureState": "killswitch.serializers.FEATURE_STATES",
    "CaseKind": "evals.serializers.CASE_KINDS",
    "RunKind": "evals.models.Run.Kind",
    "ReleaseKind": "prompts.models.Release.Kind",
    "PlannedReleaseState": "prompts.models.PlannedRelease.State",
    "RoleEnum": "tenants.models.Role",
    "ReleaserRole": "prompts.planned_serializers.RELEASERS",
    "ReleaseLane": "prompts.models.Release.Lane",
    "KeyKind": "tenants.models.ApiKey.Kind",
    "BudgetKind": "costs.models.Budget.Kind",
}
