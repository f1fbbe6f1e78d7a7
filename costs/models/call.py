from datetime import datetime
from typing import Self, override

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import CompositePrimaryKey, F, Q

from aiops.lib import uuid7
from costs.records import Outcome, PriceMatch, PromptChoice
from tenants.models import Feature, Tenant, TenantQuerySet


class CallQuerySet(TenantQuerySet["Call"]):
    def since(self, moment: datetime) -> Self:
        # By the id, which is what the partitions are cut by: a column of time would touch every day.
        return self.filter(id__gte=uuid7.floor(moment))

    def until(self, moment: datetime) -> Self:
        return self.filter(id__lt=uuid7.floor(moment))


_COUNTED = (
    "quotes_verified",
    "quotes_near",
    "quotes_wrong_source",
    "quotes_fabricated",
    "sources_given",
    "sources_cited",
    "retrieved_tokens",
    "uncited_tokens",
)
_OF_GROUNDING = [
    # Half a count would be read as none: a call of unknown quotes would look like one without false ones.
    models.CheckConstraint(
        condition=Q(**{f"{name}__isnull": True for name in (*_COUNTED, "confidence", "sources")}, refusal="")
        | Q(
            **{f"{name}__isnull": False for name in (*_COUNTED, "sources")}, **{f"{name}__gte": 0 for name in _COUNTED}
        ),
        name="grounding_is_whole_or_absent",
    ),
    # A confidence in per cent would pass every threshold.
    models.CheckConstraint(condition=Q(confidence__gte=0, confidence__lte=1), name="confidence_is_a_share"),
    # A source cited twice and counted twice would make waste negative, and hide the waste of others.
    models.CheckConstraint(condition=Q(sources_cited__lte=F("sources_given")), name="cited_sources_were_given"),
    models.CheckConstraint(
        condition=Q(uncited_tokens__lte=F("retrieved_tokens")), name="uncited_tokens_were_retrieved"
    ),
]


# Each of these alone is enough for the index to answer.
UNUSUAL = (
    Q(hops__isnull=False)
    | Q(estimated=True)
    | Q(cost_usd=None)
    | Q(quotes_fabricated__gt=0)
    | Q(quotes_wrong_source__gt=0)
    | Q(refusal__gt="")
)


class Call(models.Model):
    """One call of a customer's application, as it ended. Written by `costs.recording` alone, never changed.

    Partitioned by day of its own id; no foreign keys in the database, which would cost a look-up each.
    """

    pk = CompositePrimaryKey("tenant_id", "id")
    tenant = models.ForeignKey(Tenant, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    id = models.UUIDField()
    feature = models.ForeignKey(Feature, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    # HMAC of the caller's user id; whose it is says EndUser, as long as that row is there.
    user_key = models.UUIDField()
    session = models.CharField(max_length=200)
    environment = models.CharField(max_length=100)
    model_asked = models.CharField(max_length=200)
    chain = models.CharField(max_length=200)
    model = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    prompt_version = models.CharField(max_length=200)
    outcome = models.CharField(max_length=20)
    error_code = models.CharField(max_length=200)
    finish_reason = models.CharField(max_length=200)
    # [[model, provider, status, ms, reason, began_ms, bill], …], as `costs.hops` reads it, the last two not in those of
    # an older gateway; null when the first attempt answered.
    hops = models.JSONField(null=True)
    # Of a first attempt that answered: from the call's start, and until it did. Null where nobody wrote it down.
    asked_ms = models.IntegerField(null=True)
    attempt_ms = models.IntegerField(null=True)
    input_tokens = models.IntegerField()
    cached_tokens = models.IntegerField()
    cache_write_tokens = models.IntegerField()
    output_tokens = models.IntegerField()
    reasoning_tokens = models.IntegerField()
    audio_input_tokens = models.IntegerField()
    audio_output_tokens = models.IntegerField()
    # Numeric without bounds: exact, and null when the price is unknown.
    cost_usd = models.DecimalField(null=True)
    cost_input = models.DecimalField(null=True)
    cost_cached = models.DecimalField(null=True)
    cost_cache_write = models.DecimalField(null=True)
    cost_output = models.DecimalField(null=True)
    cost_fee = models.DecimalField(null=True)
    # What the cached tokens would have cost more.
    saved_usd = models.DecimalField(null=True)
    price_version = models.UUIDField(null=True)
    price_match = models.CharField(max_length=20)
    latency_ms = models.IntegerField(null=True)
    first_chunk_ms = models.IntegerField(null=True)
    stop_id = models.UUIDField(null=True)
    simulated = models.BooleanField()
    streamed = models.BooleanField()
    fallback = models.BooleanField()
    estimated = models.BooleanField()
    # From here on null where the call was not grounded: "could not tell" is not 0.
    confidence = models.DecimalField(null=True)
    # Found word for word in the source that they name.
    quotes_verified = models.IntegerField(null=True)
    quotes_near = models.IntegerField(null=True)
    quotes_wrong_source = models.IntegerField(null=True)
    quotes_fabricated = models.IntegerField(null=True)
    sources_given = models.IntegerField(null=True)
    sources_cited = models.IntegerField(null=True)
    # Of the sources given, by our count; and of those among them that nobody cited.
    retrieved_tokens = models.IntegerField(null=True)
    uncited_tokens = models.IntegerField(null=True)
    # Why the answer was withheld; empty when it was not.
    refusal = models.CharField(max_length=200, db_default="")
    # [[id, tokens, is cited], …], the cited ones first; of very many only those that have room in the record.
    sources = models.JSONField(null=True)
    # [[claim, source, start, end, match, why], …], without any text; null where nobody wrote them down.
    quotes = models.JSONField(null=True)
    # Empty: without a prompt, or of a gateway that did not tell.
    prompt_choice = models.CharField(max_length=20, db_default="")

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            # A misspelt outcome would be missing from every filter and count.
            models.CheckConstraint(condition=Q(outcome__in=list(map(str, Outcome))), name="outcome_is_known"),
            models.CheckConstraint(
                condition=Q(price_match__in=list(map(str, PriceMatch))), name="price_match_is_known"
            ),
            # A misspelt choice would be missing from both arms of every canary.
            models.CheckConstraint(
                condition=Q(prompt_choice__in=["", *map(str, PromptChoice)]), name="prompt_choice_is_known"
            ),
            # Tokens counted twice are money counted twice.
            models.CheckConstraint(
                condition=Q(cached_tokens__lte=F("input_tokens") - F("cache_write_tokens")),
                name="cached_tokens_within_input",
            ),
            models.CheckConstraint(
                condition=Q(reasoning_tokens__lte=F("output_tokens")), name="reasoning_tokens_within_output"
            ),
            models.CheckConstraint(
                condition=Q(
                    input_tokens__gte=0,
                    cached_tokens__gte=0,
                    cache_write_tokens__gte=0,
                    output_tokens__gte=0,
                    reasoning_tokens__gte=0,
                ),
                name="tokens_never_negative",
            ),
            # An unknown price is null and counted, never 0; a known one never goes missing.
            models.CheckConstraint(
                condition=Q(price_match="unpriced", cost_usd=None)
                | Q(cost_usd__isnull=False) & ~Q(price_match="unpriced"),
                name="unpriced_means_no_cost",
            ),
            # Parts that do not add up would make two pages disagree.
            models.CheckConstraint(
                condition=Q(
                    cost_usd=F("cost_input")
                    + F("cost_cached")
                    + F("cost_cache_write")
                    + F("cost_output")
                    + F("cost_fee")
                ),
                name="cost_is_its_parts",
            ),
            *_OF_GROUNDING,
        ]
        indexes = [
            models.Index(fields=["tenant", "user_key", "id"], name="calls_of_a_user"),
            # Calls come by time, so a few pages hold some minutes of all tenants, and any one call.
            BrinIndex(fields=["id"], autosummarize=True, pages_per_range=16, name="calls_by_time"),
            # Few calls end otherwise than they should, and whoever looks for them looks through all the others.
            models.Index(fields=["id"], condition=Q(fallback=True) | ~Q(outcome="ok"), name="calls_that_went_wrong"),
            # As few are out of the ordinary in another way; one index for all of them, as each costs every write.
            models.Index(fields=["id"], condition=UNUSUAL, name="calls_out_of_the_ordinary"),
            # A session's calls are few and lie apart.
            models.Index(fields=["session", "id"], condition=~Q(session=""), name="calls_of_a_session"),
        ]

    @override
    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_kept(self) -> bool:
        """Its answer was one given before: no model was asked."""
        return self.outcome == Outcome.OK and self.price_match == PriceMatch.NOTHING_ASKED

    @property
    def is_relayed(self) -> bool:
        """Its caller read the answer as it came, to whatever end; a grounded one is held until it was checked."""
        return self.streamed and self.sources_given is None and self.first_chunk_ms is not None

    @property
    def created_at(self) -> datetime:
        return uuid7.time_of(self.id)
