from typing import Any

from rest_framework import serializers

from evals.models import DriftAlarm, Result, Run, Suite
from evals.services.runs import MOST_AT_ONCE
from prompts.serializers import CANDIDATE
from tenants.serializers import Choice, Page, Strict


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

    class Meta:
        model = Run
        fields = [
            "id", "kind", "suite", "suite_version", "prompt", "base", "base_label", "head", "head_label", "state",
            "look", "planned", "done", "verdict", "report", "url", "commit", "started_at", "started_by", "ended_at",
        ]  # fmt: skip

    def get_base_label(self, run: Run) -> str | None:
        return str(run.base) if run.base else None

    def get_head_label(self, run: Run) -> str:
        return str(run.head)


class ResultQuery(Page):
    cursor = serializers.IntegerField(required=False, help_text="`next` of the page before.")  # type: ignore[assignment]  # a place


class ResultShape(serializers.ModelSerializer[Result]):
    must_pass = serializers.BooleanField(help_text="Whether its case must not break.")
    cost_usd = serializers.DecimalField(max_digits=None, decimal_places=None, allow_null=True)

    class Meta:
        model = Result
        fields = [
            "arm", "case", "repeat", "must_pass", "passed", "score", "checks", "output", "error", "refused",
            "latency_ms", "input_tokens", "output_tokens", "cost_usd", "model", "model_returned", "call_id", "done_at",
        ]  # fmt: skip


class PromoteOrder(Strict):
    version = serializers.CharField(help_text="Its hash, the beginning of it, or v17.")
    environment = serializers.CharField(max_length=30)
    note = serializers.CharField(default="", allow_blank=True, max_length=2000)
    override = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=2000,
        help_text="Why, without a green verdict. Goes into the audit log.",
    )


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
