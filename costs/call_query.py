"""What calls the API is asked for: every tag that a call bears."""

from decimal import Decimal
from typing import Any, Final, override

from rest_framework import serializers

from costs.reasons import SAYABLE, is_reason
from costs.records import Outcome, PriceMatch
from costs.words import Grounding, Quotes, Sort
from tenants.serializers import MOST_ROWS, Choice, Moment, Strict


class Amount(serializers.DecimalField):
    """Dollars, up or down to a bound."""

    def __init__(self) -> None:
        super().__init__(
            required=False, max_digits=20, decimal_places=12, min_value=Decimal(0), help_text="In dollars."
        )


class Milliseconds(serializers.IntegerField):
    def __init__(self) -> None:
        super().__init__(required=False, min_value=0, max_value=10**9, help_text="In milliseconds.")


class Tokens(serializers.IntegerField):
    def __init__(self) -> None:
        super().__init__(required=False, min_value=0, max_value=10**9, help_text="Of input and output together.")


class Share(serializers.DecimalField):
    def __init__(self) -> None:
        super().__init__(
            required=False,
            max_digits=20,
            decimal_places=18,
            min_value=Decimal(0),
            max_value=Decimal(1),
            help_text="0 to 1, as a grounded answer told.",
        )


class ReasonField(serializers.CharField):
    def __init__(self) -> None:
        super().__init__(required=False, max_length=200, help_text="Why an attempt on a model failed: 429, timeout, …")

    @override
    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not is_reason(text):
            raise serializers.ValidationError(f"{text!r} is not allowed. Allowed: {SAYABLE}.")
        return text


# Of what is asked for as from, and up to.
_SPANS: Final = ("cost", "latency", "first_chunk", "tokens", "confidence")


class CallQuery(Strict):
    id = serializers.RegexField(
        r"^[0-9a-fA-F-]{6,36}$",
        required=False,
        help_text="The beginning of its id, of six digits at least.",
        error_messages={"invalid": "It can be the id of a call, or at least six digits that it begins with."},
    )
    tenant = serializers.CharField(required=False)
    feature = serializers.CharField(required=False)
    user = serializers.CharField(required=False, max_length=200, help_text="The id as the caller sent it.")
    session = serializers.CharField(required=False, max_length=200)
    environment = serializers.CharField(required=False, max_length=100)
    model = serializers.CharField(required=False, max_length=200, help_text="Who served, or was asked last.")
    model_asked = serializers.CharField(required=False, max_length=200, help_text="As the caller named it.")
    provider = serializers.CharField(required=False, max_length=200)
    chain = serializers.CharField(required=False, max_length=200)
    prompt_version = serializers.CharField(
        required=False, min_length=8, max_length=200, help_text="Its hash, or the beginning of it."
    )
    outcome = Choice(choices=list(map(str, Outcome)), required=False)
    error_code = serializers.CharField(required=False, max_length=200, help_text="As the caller was told it.")
    refusal = serializers.CharField(required=False, max_length=200, help_text="Why a grounded answer was withheld.")
    has_bad_quotes = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Of a grounded answer: whether a quote is made up, or stands in another source than it says.",
    )
    grounding = Choice(
        choices=list(map(str, Grounding)), required=False, help_text="What came of an answer from sources."
    )
    quotes = Choice(
        choices=list(map(str, Quotes)),
        required=False,
        help_text="Has at least one that is so; bad is fabricated or wrong_source, good is neither.",
    )
    hop_reason = ReasonField()
    price_match = Choice(choices=list(map(str, PriceMatch)), required=False)
    price_version = serializers.UUIDField(required=False, help_text="The price list it was priced by.")
    stop = serializers.UUIDField(required=False, help_text="The stop that ended it.")
    fallback = serializers.BooleanField(required=False, allow_null=True, default=None)
    kept = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Whether its answer was one given before to the same question, so that no model was asked.",
    )
    streamed = serializers.BooleanField(required=False, allow_null=True, default=None)
    simulated = serializers.BooleanField(required=False, allow_null=True, default=None)
    estimated = serializers.BooleanField(required=False, allow_null=True, default=None)
    cost_at_least, cost_at_most = Amount(), Amount()
    latency_at_least, latency_at_most = Milliseconds(), Milliseconds()
    first_chunk_at_least, first_chunk_at_most = Milliseconds(), Milliseconds()
    tokens_at_least, tokens_at_most = Tokens(), Tokens()
    confidence_at_least, confidence_at_most = Share(), Share()
    sort = Choice(
        choices=list(map(str, Sort)),
        default=str(Sort.NEWEST),
        help_text="The most of it first, but the least confidence; needs a time short enough to look through.",
    )
    since = Moment(required=False, help_text="From then on.")
    until = Moment(required=False, help_text="Up to then.")
    limit = serializers.IntegerField(default=100, min_value=1, max_value=MOST_ROWS, help_text="Rows a page.")
    cursor = serializers.UUIDField(required=False, help_text="`next` of the page before.")

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        spans = [(f"{name}_at_least", f"{name}_at_most") for name in _SPANS]
        if crossed := [(low, high) for low, high in spans if low in attrs and attrs[low] > attrs.get(high, attrs[low])]:
            raise serializers.ValidationError({low: [f"It must not be more than {high}."] for low, high in crossed})
        if "since" in attrs and "until" in attrs and attrs["since"] >= attrs["until"]:
            raise serializers.ValidationError({"since": ["It must lie before until."]})
        return attrs
