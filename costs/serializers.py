from typing import Any, Final, override

from rest_framework import serializers

from costs.models import Budget
from costs.records import Outcome
from costs.reports import By
from tenants.serializers import Choice, Moment, Page, Strict, called

OUTCOMES: Final = list(map(str, Outcome))


class SourceShape(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="As the caller named it.")
    tokens = serializers.IntegerField(help_text="By our count.")
    cited = serializers.BooleanField()


class CallShape(serializers.Serializer[Any]):
    """Of these rows there are many: they are answered as the report gives them, and this only describes them."""

    id = serializers.UUIDField(help_text="The x-aiops-call-id that the caller was told.")
    created_at = serializers.DateTimeField()
    tenant = serializers.CharField()
    feature = serializers.CharField()
    user = serializers.CharField(allow_null=True, help_text="Null once it was forgotten.")
    session = serializers.CharField(allow_blank=True)
    environment = serializers.CharField()
    model = serializers.CharField()
    provider = serializers.CharField()
    prompt_version = serializers.CharField(allow_null=True)
    prompt_choice = serializers.CharField(
        allow_null=True,
        help_text="Who chose it: main, canary, tenant, tenant_canary (its own lanes) or pinned (the call named it). "
        "Null without a prompt, and of a gateway that did not tell.",
    )
    input_tokens = serializers.IntegerField(help_text="Of all attempts that the cost is of.")
    cached_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField(help_text="Of all attempts that the cost is of.")
    cost_usd = serializers.CharField(allow_null=True, help_text="An exact decimal; null when the price is unknown.")
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    fallback = serializers.BooleanField()
    latency_ms = serializers.IntegerField(allow_null=True)
    simulated = serializers.BooleanField()
    confidence = serializers.FloatField(
        allow_null=True, help_text="0 to 1, as the answer told; null, as all that follows, when it was not grounded."
    )
    quotes_verified = serializers.IntegerField(allow_null=True, help_text="Word for word in the source they name.")
    quotes_near = serializers.IntegerField(allow_null=True, help_text="The same but for a few letters.")
    quotes_wrong_source = serializers.IntegerField(allow_null=True, help_text="In another source than they name.")
    quotes_fabricated = serializers.IntegerField(allow_null=True, help_text="In none.")
    sources_given = serializers.IntegerField(allow_null=True)
    sources_cited = serializers.IntegerField(allow_null=True)
    retrieved_tokens = serializers.IntegerField(allow_null=True, help_text="Of the sources given, by our count.")
    uncited_tokens = serializers.IntegerField(allow_null=True, help_text="Of those that nobody cited.")
    refusal = serializers.CharField(allow_null=True, help_text="Why the answer was withheld; null when it was not.")
    sources = SourceShape(
        many=True, allow_null=True, help_text="The cited ones first; of very many only those that the record holds."
    )


class QuoteShape(serializers.Serializer[Any]):
    claim = serializers.IntegerField(help_text="That it carries; 1 is the first.")
    source = called(serializers.CharField(allow_blank=True, help_text="The id that it names."))
    start = serializers.IntegerField(allow_null=True, help_text="In the text of its source; null when not there.")
    end = serializers.IntegerField(allow_null=True)
    match = serializers.CharField(help_text="exact, near, wrong_source or fabricated.")
    why = serializers.CharField(allow_blank=True, help_text="too_short or not_looked_further, of some fabricated.")


class BillShape(serializers.Serializer[Any]):
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cost_usd = serializers.CharField(allow_null=True)
    estimated = serializers.BooleanField()


class HopShape(serializers.Serializer[Any]):
    model = serializers.CharField()
    provider = serializers.CharField()
    status = serializers.IntegerField(help_text="Of the provider's answer; 0 when there was none.")
    ms = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True, help_text="Why it failed; empty when it did not.")
    asked = serializers.BooleanField(help_text="False of one that was passed over, or whose earlier answer was given.")
    began_ms = serializers.IntegerField(allow_null=True, help_text="From the call's start; null when not recorded.")
    bill = BillShape(allow_null=True, help_text="Null of one that is not charged, or of which that is not recorded.")


class CallCostShape(serializers.Serializer[Any]):
    component = serializers.CharField(help_text="input, cached, cache_write, output or fee.")
    tokens = serializers.IntegerField(allow_null=True)
    cost_usd = serializers.CharField(allow_null=True)


class PricedByShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    provider = serializers.CharField()
    model = serializers.CharField()
    valid_from = serializers.DateTimeField()
    source = called(serializers.CharField())


class OpenedCallShape(CallShape):
    model_asked = serializers.CharField(allow_blank=True)
    chain = serializers.CharField(allow_blank=True)
    error_code = serializers.CharField(allow_blank=True)
    finish_reason = serializers.CharField(allow_blank=True)
    first_chunk_ms = serializers.IntegerField(allow_null=True)
    streamed = serializers.BooleanField()
    estimated = serializers.BooleanField(help_text="Tokens or cost are our count, not the provider's.")
    stop = serializers.UUIDField(allow_null=True, help_text="The stop that ended it.")
    cache_write_tokens = serializers.IntegerField()
    reasoning_tokens = serializers.IntegerField()
    audio_input_tokens = serializers.IntegerField()
    audio_output_tokens = serializers.IntegerField()
    cost = CallCostShape(many=True, help_text="They add up to cost_usd, to the last digit.")
    saved_usd = serializers.CharField(allow_null=True, help_text="What the cached tokens would have cost more.")
    price_match = serializers.CharField()
    price = PricedByShape(allow_null=True, help_text="The price list it was priced by.")
    hops = HopShape(many=True, help_text="Every attempt on a model, in order; their bills add up to cost_usd.")
    quotes = QuoteShape(
        many=True, allow_null=True, help_text="Without their texts, and a hundred at most; null when not recorded."
    )


class SpendQuery(Strict):
    by = Choice(choices=[str(by) for by in By], default="feature")
    since = Moment(required=False, help_text="From then on; the beginning of this month unless given.")
    until = Moment(required=False, help_text="Up to then; now unless given.")
    tenant = serializers.CharField(required=False)
    feature = serializers.CharField(required=False)
    model = serializers.CharField(required=False, help_text="A model's name, or provider/model.")
    environment = serializers.CharField(required=False)
    simulated = serializers.BooleanField(required=False, allow_null=True, default=None)
    compare = serializers.BooleanField(default=True, help_text="With the days before; without them it is quicker.")

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "since" in attrs and "until" in attrs and attrs["since"] >= attrs["until"]:
            raise serializers.ValidationError({"since": "It must lie before until."})
        return attrs


class SpendRowShape(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The slug, or provider/model.")
    label = called(serializers.CharField())
    cost_usd = serializers.CharField(allow_null=True, help_text="Of the calls with a price; null when none has one.")
    previous_cost_usd = serializers.CharField(allow_null=True)
    share = serializers.FloatField(allow_null=True)
    calls = serializers.IntegerField()
    unpriced_calls = serializers.IntegerField()
    simulated_calls = serializers.IntegerField()
    cost_per_1k_calls_usd = serializers.CharField(allow_null=True)
    average_input_tokens = serializers.FloatField(allow_null=True)
    kept_calls = serializers.IntegerField()
    saved_by_kept_usd = serializers.CharField(allow_null=True)
    daily_usd = serializers.ListField(child=serializers.CharField(), help_text="One a day, as in `days`.")


class ChangeShape(serializers.Serializer[Any]):
    label = called(serializers.CharField())
    delta_usd = serializers.CharField()
    cause = serializers.CharField()


class PreviousShape(serializers.Serializer[Any]):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    total_usd = serializers.CharField(allow_null=True)


class ForecastShape(serializers.Serializer[Any]):
    total_usd = serializers.CharField()
    low_usd = serializers.CharField(help_text="Four times in five the month ends between low and high.")
    high_usd = serializers.CharField()


class SpendShape(serializers.Serializer[Any]):
    by = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    days = serializers.ListField(child=serializers.DateField())
    total_usd = serializers.CharField(allow_null=True, help_text="Of the calls with a price; null when none has one.")
    calls = serializers.IntegerField()
    unpriced_calls = serializers.IntegerField(help_text="Not in any sum of money here.")
    simulated_calls = serializers.IntegerField()
    cached_share = serializers.FloatField(allow_null=True, help_text="Of the input tokens.")
    saved_by_caching_usd = serializers.CharField(allow_null=True)
    kept_calls = serializers.IntegerField(help_text="Answered by an answer kept from before: no model was asked.")
    kept_share = serializers.FloatField(allow_null=True, help_text="Of the answers.")
    saved_by_kept_usd = serializers.CharField(
        allow_null=True, help_text="About: each what an answer of its feature and model cost; null when none is known."
    )
    rows = SpendRowShape(many=True)
    previous = PreviousShape()
    delta_usd = serializers.CharField()
    what_changed = ChangeShape(many=True, help_text="They add up to delta_usd.")
    forecast = ForecastShape(allow_null=True, help_text="Of this month; null when it cannot be told.")


class BudgetQuery(Page):
    tenant = serializers.CharField(required=False)


class BudgetChange(Strict):
    amount_usd = serializers.CharField(required=False, max_length=40, help_text="A decimal, below 9,000,000.")
    kind = Choice(choices=Budget.Kind.choices, required=False, help_text="soft tells, hard refuses.")


class BudgetOrder(BudgetChange):
    tenant = serializers.CharField(required=False, allow_null=True, help_text="Without one it is over all tenants.")
    feature = serializers.CharField(required=False, allow_null=True, help_text="Without one over all features.")
    period = Choice(choices=Budget.Period.choices, default=Budget.Period.MONTH)
    amount_usd = serializers.CharField(max_length=40, help_text="A decimal, below 9,000,000.")


class AlertShape(serializers.Serializer[Any]):
    threshold_percent = serializers.IntegerField()
    at = serializers.DateTimeField()


class BudgetShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    tenant = serializers.CharField(allow_null=True, help_text="Null: over everything.")
    feature = serializers.CharField(allow_null=True, help_text="Null: over all features.")
    period = serializers.CharField(help_text="day, week, month or total, in UTC.")
    kind = serializers.CharField(help_text="soft or hard.")
    amount_usd = serializers.CharField()
    spent_usd = serializers.CharField(help_text="In this period, of what is recorded.")
    used = serializers.FloatField()
    reserved_usd = serializers.CharField(
        allow_null=True, help_text="For calls under way; null of a soft budget, or when Valkey does not say."
    )
    begun_at = serializers.DateTimeField(allow_null=True)
    resets_at = serializers.DateTimeField(allow_null=True, help_text="Null: never.")
    refused_calls = serializers.IntegerField(
        help_text="Of its scope, in this period but of the last 31 days at most, for whichever budget."
    )
    unpriced_calls = serializers.IntegerField(help_text="Of unknown cost, not in spent_usd.")
    alerts = AlertShape(many=True, help_text="Thresholds of the present amount passed in this period.")
