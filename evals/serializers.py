from typing import Any, Final

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from evals.models import DriftAlarm, Result, Run, Suite, SuiteVersion
from evals.moments import ZonedMoment
from evals.services.runs import MOST_AT_ONCE
from prompts.models import EVERYBODY
from prompts.serializers import CANDIDATE
from prompts.serving_serializers import EXPECTED_VERSION
from tenants.serializers import Choice, Page, Strict, called

# What became of a case, worst first; the last two are of one version alone.
CASE_KINDS: Final = ["regressed", "missing", "new", "fixed", "reworded", "same", "failing", "passing"]


class SuiteOrder(Strict):
    suite = serializers.CharField(help_text="The suite's canonical JSON, as `aiops` makes it from its file.")
    candidate = serializers.BooleanField(default=False, help_text=CANDIDATE)


class PushedSuiteShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    version = serializers.CharField(help_text="Its hash.")
    cases = serializers.IntegerField()
    created = serializers.BooleanField(help_text="False: this content was there already.")


class SuiteShape(serializers.ModelSerializer[Suite]):
    prompt = serializers.CharField(source="prompt.name", default=None, allow_null=True)
    version = serializers.CharField(source="current.hash", default="", help_text="By which releases are judged.")
    cases = serializers.IntegerField(source="current.cases", default=0)

    class Meta:
        model = Suite
        fields = ["name", "prompt", "version", "cases", "is_canary", "created_at"]


class RunQuery(Page):
    suite = serializers.CharField(required=False)
    prompt = serializers.CharField(required=False)
    state = Choice(choices=Run.State.choices, required=False)


_COMPARISON: Final = {"suite": "support-answer", "base": "v16", "head": "v17"}


@extend_schema_serializer(examples=[OpenApiExample("Two versions", value=_COMPARISON, request_only=True)])
class RunOrder(Strict):
    suite = serializers.CharField(help_text="Its name.")
    suite_version = serializers.CharField(
        required=False, help_text="Hash of a content of it; the one that releases are judged by, unless given."
    )
    prompt = serializers.CharField(required=False, help_text="The suite's own, unless given.")
    head = serializers.CharField(help_text="A version: its hash, the beginning of it, or v17.")
    base = serializers.CharField(required=False, help_text="The version it is compared with; without one, head alone.")
    at_once = serializers.IntegerField(default=20, min_value=1, max_value=MOST_AT_ONCE, help_text="Calls at once.")
    commit = serializers.CharField(default="", allow_blank=True, max_length=64)
    model = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=100,
        help_text="A model or chain to ask instead of the version's own, head alone: how well that one stands in.",
    )


class RunShape(serializers.ModelSerializer[Run]):
    suite = serializers.CharField(source="suite.suite.name")
    suite_version = serializers.CharField(source="suite.hash")
    prompt = serializers.CharField(source="prompt.name")
    base = serializers.CharField(source="base.hash", default=None, allow_null=True)
    head = serializers.CharField(source="head.hash")
    base_label = serializers.SerializerMethodField()
    head_label = serializers.SerializerMethodField()
    planned = serializers.IntegerField(help_text="Calls that it takes, as far as is known.")
    done = serializers.IntegerField()
    url = serializers.CharField(help_text="Its page.")
    started_by = serializers.CharField(source="started_by_label")
    stands_for = serializers.CharField(
        source="stands_for.slug",
        default=None,
        allow_null=True,
        help_text="Of one that measures confidence: the feature whose demands its answers are held to.",
    )

    class Meta:
        model = Run
        fields = [
            "id", "kind", "suite", "suite_version", "prompt", "base", "base_label", "head", "head_label", "model",
            "state", "look", "planned", "done", "verdict", "report", "url", "commit", "started_at", "started_by",
            "ended_at", "stands_for",
        ]  # fmt: skip

    def get_base_label(self, run: Run) -> str | None:
        return str(run.base) if run.base else None

    def get_head_label(self, run: Run) -> str:
        return str(run.head)


class ResultQuery(Page):
    cursor = called(serializers.IntegerField(required=False, help_text="`next` of the page before."))


class ResultShape(serializers.ModelSerializer[Result]):
    must_pass = serializers.BooleanField(help_text="Whether its case must not break.")
    cost_usd = serializers.DecimalField(max_digits=None, decimal_places=None, allow_null=True)
    confidence = serializers.FloatField(
        allow_null=True, help_text="How sure the answer was; only runs that measure confidence know it."
    )
    refusal = serializers.CharField(
        allow_blank=True, help_text="Why the gateway gave it to nobody; empty when it was given."
    )

    class Meta:
        model = Result
        fields = [
            "arm", "case", "repeat", "must_pass", "passed", "score", "checks", "output", "error", "refused",
            "confidence", "refusal",
            "latency_ms", "input_tokens", "output_tokens", "cost_usd", "model", "model_returned", "call_id", "done_at",
        ]  # fmt: skip


@extend_schema_serializer(
    examples=[OpenApiExample("To production", value={"version": "v17", "environment": "production"}, request_only=True)]
)
class PromoteOrder(Strict):
    version = serializers.CharField(help_text="Its hash, the beginning of it, or v17.")
    environment = serializers.CharField(max_length=30)
    tenant = serializers.CharField(required=False, max_length=63, help_text="It alone; everybody, unless given.")
    percent = serializers.IntegerField(
        default=EVERYBODY, min_value=1, max_value=EVERYBODY, help_text="Of the people: fewer than 100 is a canary."
    )
    expected_version = serializers.CharField(required=False, help_text=f"{EXPECTED_VERSION} Not with `at` and `ask`.")
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)
    override = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=2000,
        help_text="Why, without a green verdict. Goes into the audit log.",
    )
    at = ZonedMoment(
        required=False, help_text="Not now but then, with its time zone: it is planned, and answered with 202."
    )
    ask = serializers.BooleanField(default=False, help_text="Have a second person approve it: planned, as with `at`.")


class AlarmQuery(Page):
    suite = serializers.CharField(required=False)
    state = Choice(choices=["open", "closed"], required=False)


class AlarmShape(serializers.ModelSerializer[DriftAlarm]):
    suite = serializers.CharField(source="suite.name")
    run = serializers.UUIDField(source="run_id", help_text="The canary that made it certain.")

    class Meta:
        model = DriftAlarm
        fields = ["id", "suite", "signal", "detail", "run", "raised_at", "closed_at", "closed_by"]


class ClosedAlarmShape(AlarmShape):
    won = serializers.BooleanField(help_text="False: somebody closed it first.")

    class Meta(AlarmShape.Meta):
        fields = [*AlarmShape.Meta.fields, "won"]


class CloseOrder(Strict):
    note = serializers.CharField(
        default="", allow_blank=True, max_length=2000, help_text="What was found. Goes into the audit log."
    )


class SuiteVersionShape(serializers.ModelSerializer[SuiteVersion]):
    class Meta:
        model = SuiteVersion
        fields = ["hash", "number", "cases", "pushed_at", "pushed_by"]


class OpenedSuiteShape(SuiteShape):
    content = serializers.DictField(allow_null=True, help_text="Cases, checks and gate that releases are judged by.")
    versions = SuiteVersionShape(many=True, help_text="Newest first.")

    class Meta(SuiteShape.Meta):
        fields = [*SuiteShape.Meta.fields, "content", "versions"]


class CaseQuery(Page):
    kind = Choice(choices=CASE_KINDS, required=False)
    cursor = called(serializers.IntegerField(required=False, min_value=0, help_text="`next` of the page before."))


class SideShape(serializers.Serializer[Any]):
    measured = serializers.IntegerField(help_text="Answers that could be scored.")
    passed = serializers.IntegerField()


class CaseShape(serializers.Serializer[Any]):
    case = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=CASE_KINDS)
    must_pass = serializers.BooleanField()
    base = SideShape(allow_null=True, help_text="Null where one version ran alone.")
    head = SideShape()
    cause = serializers.CharField(allow_blank=True, help_text="The first check that flipped, and why.")


class CasesShape(serializers.Serializer[Any]):
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Of all cases, by kind.")
    results = CaseShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="Send it as `cursor`; null on the last page.")


class SignalQuery(Page):
    suite = serializers.CharField(required=False)


class SignalShape(serializers.Serializer[Any]):
    suite = serializers.CharField()
    prompt_version = serializers.CharField(allow_null=True, help_text="Hash of what is live.")
    signal = serializers.CharField()
    label = called(serializers.CharField())
    state = serializers.CharField(help_text="As the page says it: Steady, Unusual, Drifted, Calibrating 4 of 30.")
    last = serializers.CharField(allow_blank=True, help_text="In words; empty without data.")
    usual = serializers.CharField()
    mean = serializers.FloatField(allow_null=True, help_text="Null until what is usual is known.")
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    canaries = serializers.IntegerField(help_text="That ran on what is live.")
    alarm = serializers.UUIDField(allow_null=True, help_text="The open one.")
    due_at = serializers.DateTimeField(allow_null=True, help_text="Of the next canary.")
