"""The REST API, mounted at /api/v1/: everything the pages do, for programs."""

from django.urls import path

from aiops.api_schema import Schema
from costs import api as costs
from costs import budget_api as budgets
from evals import api as evals
from evals.api import calibrating, comparing, drift, parity
from gateway import api as gateway
from gateway.api import chains, drills
from integrations import api as integrations
from killswitch import api as killswitch
from killswitch.api import held, notices, rules
from prompts import api as prompts
from prompts.api import canaries, serving, versions
from readiness import api as readiness
from tenants import api as tenants

app_name = "api"

urlpatterns = [
    path("stops/", killswitch.StopList.as_view(), name="stop-list"),
    path("stops/lift/", killswitch.TargetLift.as_view(), name="stop-lift-target"),
    path("stops/blast-radius/", killswitch.BlastRadius.as_view(), name="stop-blast-radius"),
    path("stops/<uuid:stop_id>/", killswitch.StopDetail.as_view(), name="stop-detail"),
    path("stops/<uuid:stop_id>/lift/", killswitch.StopLift.as_view(), name="stop-lift"),
    path("stops/<uuid:stop_id>/review/", killswitch.StopReview.as_view(), name="stop-review"),
    path("stops/<uuid:stop_id>/watch/", killswitch.StopWatch.as_view(), name="stop-watch"),
    path("plans/", killswitch.PlanList.as_view(), name="plan-list"),
    path("plans/<uuid:plan_id>/", killswitch.PlanDetail.as_view(), name="plan-detail"),
    path("plans/<uuid:plan_id>/cancel/", killswitch.PlanCancel.as_view(), name="plan-cancel"),
    path("drills/", killswitch.DrillList.as_view(), name="drill-list"),
    path("stops/revisions/<int:revision>/", killswitch.RevisionDetail.as_view(), name="stop-revision"),
    path("rules/", rules.RuleList.as_view(), name="rule-list"),
    path("rules/<slug:rule>/", rules.RuleDetail.as_view(), name="rule-detail"),
    path("rules/<slug:rule>/move/", rules.RuleMove.as_view(), name="rule-move"),
    path("rules/<slug:rule>/trips/", rules.RuleTrips.as_view(), name="rule-trips"),
    path("complaints/", rules.ComplaintList.as_view(), name="complaint-list"),
    path("notices/", notices.NoticeList.as_view(), name="notice-list"),
    path("notices/<uuid:notice_id>/again/", notices.NoticeAgain.as_view(), name="notice-again"),
    path("notices/channels/", notices.ChannelList.as_view(), name="notice-channel-list"),
    path("notices/channels/<uuid:channel_id>/", notices.ChannelDetail.as_view(), name="notice-channel-detail"),
    path("notices/channels/<uuid:channel_id>/test/", notices.ChannelTest.as_view(), name="notice-channel-test"),
    path("held-stops/", held.HeldList.as_view(), name="held-stop-list"),
    path("held-stops/<uuid:stop_id>/adopt/", held.HeldAdopt.as_view(), name="held-stop-adopt"),
    path("held-stops/<uuid:stop_id>/release/", held.HeldRelease.as_view(), name="held-stop-release"),
    path("calls/", costs.CallList.as_view(), name="call-list"),
    path("calls/<uuid:call_id>/", costs.CallDetail.as_view(), name="call-detail"),
    path("spend/", costs.SpendDetail.as_view(), name="spend"),
    path("budgets/", budgets.BudgetList.as_view(), name="budget-list"),
    path("budgets/<uuid:budget_id>/", budgets.BudgetDetail.as_view(), name="budget-detail"),
    path("tenants/", tenants.TenantList.as_view(), name="tenant-list"),
    path("tenants/<str:slug>/", killswitch.TenantDetail.as_view(), name="tenant-detail"),
    path("features/", tenants.FeatureList.as_view(), name="feature-list"),
    path("features/<slug:slug>/cache/", gateway.CachingDetail.as_view(), name="feature-cache"),
    path("features/<slug:slug>/cache/forget/", gateway.CachingForget.as_view(), name="feature-cache-forget"),
    path("features/<slug:slug>/grounding/", gateway.GroundingDetail.as_view(), name="feature-grounding"),
    path("features/<slug:slug>/chain/", chains.FeatureChainDetail.as_view(), name="feature-chain"),
    path("features/<str:slug>/", killswitch.FeatureDetail.as_view(), name="feature-detail"),
    path("processes/", killswitch.ProcessList.as_view(), name="process-list"),
    path("providers/", gateway.ProviderList.as_view(), name="provider-list"),
    path("models/", gateway.ModelList.as_view(), name="model-list"),
    path("chains/", chains.ChainList.as_view(), name="chain-list"),
    path("chains/<path:name>/drills/", drills.ChainDrillList.as_view(), name="chain-drill-list"),
    path("chains/<path:name>/drills/<uuid:drill_id>/", drills.ChainDrillDetail.as_view(), name="chain-drill-detail"),
    path("chains/<path:name>/drill-plan/", drills.ChainDrillPlan.as_view(), name="chain-drill-plan"),
    path("chains/<path:name>/parity/", parity.ChainParityDetail.as_view(), name="chain-parity"),
    path("chains/<path:name>/", chains.ChainDetail.as_view(), name="chain-detail"),
    path("apply/", gateway.Application.as_view(), name="apply"),
    path("prompts/", prompts.PromptList.as_view(), name="prompt-list"),
    path("prompts/<str:name>/", serving.PromptDetail.as_view(), name="prompt-detail"),
    path("prompts/<str:name>/versions/", prompts.VersionList.as_view(), name="prompt-versions"),
    path("prompts/<str:name>/versions/<str:version>/", versions.VersionDetail.as_view(), name="prompt-version"),
    path("prompts/<str:name>/versions/<str:version>/diff/", versions.VersionDiff.as_view(), name="prompt-version-diff"),
    path("prompts/<str:name>/releases/", versions.ReleaseList.as_view(), name="prompt-releases"),
    path("prompts/<str:name>/release/", evals.Promote.as_view(), name="prompt-release"),
    path("prompts/<str:name>/rollback/", serving.Rollback.as_view(), name="prompt-rollback"),
    path("prompts/<str:name>/end/", serving.End.as_view(), name="prompt-end"),
    path("prompts/<str:name>/canary/", canaries.CanaryDetail.as_view(), name="prompt-canary"),
    path("suites/", evals.SuiteList.as_view(), name="suite-list"),
    path("suites/<str:name>/", comparing.SuiteDetail.as_view(), name="suite-detail"),
    path("runs/", evals.RunList.as_view(), name="run-list"),
    path("runs/<uuid:run_id>/", evals.RunDetail.as_view(), name="run-detail"),
    path("runs/<uuid:run_id>/results/", evals.RunResults.as_view(), name="run-results"),
    path("runs/<uuid:run_id>/cases/", comparing.RunCases.as_view(), name="run-cases"),
    path("runs/<uuid:run_id>/cancel/", evals.RunCancel.as_view(), name="run-cancel"),
    path("features/<slug:slug>/confidence-runs/", calibrating.ConfidenceRuns.as_view(), name="confidence-run-list"),
    path("features/<slug:slug>/calibrations/", calibrating.CalibrationList.as_view(), name="calibration-list"),
    path(
        "calibrations/<uuid:calibration_id>/apply/",
        calibrating.CalibrationApply.as_view(),
        name="calibration-apply",
    ),
    path("calibrations/<uuid:calibration_id>/undo/", calibrating.CalibrationUndo.as_view(), name="calibration-undo"),
    path("drift-signals/", drift.SignalList.as_view(), name="drift-signal-list"),
    path("drift-alarms/", evals.AlarmList.as_view(), name="drift-alarm-list"),
    path("drift-alarms/<uuid:alarm_id>/close/", evals.AlarmClose.as_view(), name="drift-alarm-close"),
    path("readiness/", readiness.FeatureList.as_view(), name="readiness-list"),
    path("readiness/<slug:feature>/", readiness.FeatureDetail.as_view(), name="readiness-detail"),
    path("readiness-attestations/", readiness.AttestationList.as_view(), name="attestation-list"),
    path(
        "readiness-attestations/<uuid:attestation_id>/withdraw/",
        readiness.AttestationWithdraw.as_view(),
        name="attestation-withdraw",
    ),
    path("readiness-exceptions/", readiness.ExceptionList.as_view(), name="exception-list"),
    path("readiness-exceptions/<uuid:exception_id>/agree/", readiness.ExceptionAgree.as_view(), name="exception-agree"),
    path("readiness-exceptions/<uuid:exception_id>/end/", readiness.ExceptionEnd.as_view(), name="exception-end"),
    path("connections/", integrations.ConnectionList.as_view(), name="connection-list"),
    path("connections/<str:tenant>/<str:slug>/", integrations.ConnectionDetail.as_view(), name="connection-detail"),
    path("connections/<str:tenant>/<str:slug>/test/", integrations.ConnectionTest.as_view(), name="connection-test"),
    path("actions/", integrations.ActionList.as_view(), name="action-list"),
    path("actions/<str:name>/", integrations.ActionDetail.as_view(), name="action-detail"),
    path("writes/", integrations.WriteList.as_view(), name="write-list"),
    path("writes/<uuid:write_id>/", integrations.WriteDetail.as_view(), name="write-detail"),
    path("writes/<uuid:write_id>/approve/", integrations.WriteApprove.as_view(), name="write-approve"),
    path("writes/<uuid:write_id>/decline/", integrations.WriteDecline.as_view(), name="write-decline"),
    path("writes/<uuid:write_id>/undo/", integrations.WriteUndo.as_view(), name="write-undo"),
    path("keys/", tenants.KeyList.as_view(), name="key-list"),
    path("keys/<str:key_id>/", tenants.KeyDetail.as_view(), name="key-detail"),
    path("me/", tenants.Me.as_view(), name="me"),
    path("users/", tenants.UserList.as_view(), name="user-list"),
    path("audit/", tenants.AuditList.as_view(), name="audit-list"),
    path("audit/verify/", tenants.AuditVerification.as_view(), name="audit-verify"),
    path("schema/", Schema.as_view(), name="schema"),
]
