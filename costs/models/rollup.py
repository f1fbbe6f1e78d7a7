from datetime import date, datetime
from typing import Self, override

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import CompositePrimaryKey

from tenants.models import Feature, Tenant, TenantQuerySet


class Spend(models.Model):
    """Calls that share these tags, added up in the transaction that recorded them."""

    tenant = models.ForeignKey(Tenant, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    environment = models.CharField(max_length=100)
    feature = models.ForeignKey(Feature, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    provider = models.CharField(max_length=200)
    model = models.CharField(max_length=200)
    simulated = models.BooleanField()
    calls = models.BigIntegerField()
    # Of the calls: the provider failed or the gateway died; switched off; turned away for another reason.
    errors = models.BigIntegerField()
    stopped = models.BigIntegerField()
    refused = models.BigIntegerField()
    fallbacks = models.BigIntegerField()
    # Answered by what was kept of an earlier answer: no model was asked.
    kept_calls = models.BigIntegerField(db_default=0)
    # Their cost is unknown and not in `cost_usd`.
    unpriced_calls = models.BigIntegerField()
    input_tokens = models.BigIntegerField()
    cached_tokens = models.BigIntegerField()
    output_tokens = models.BigIntegerField()
    cost_usd = models.DecimalField()
    # What the cached tokens would have cost more.
    saved_usd = models.DecimalField()
    latency_ms_sum = models.BigIntegerField()
    # Calls whose latency is known.
    timed_calls = models.BigIntegerField()

    class Meta:
        abstract = True


class HourlySpendQuerySet(TenantQuerySet["HourlySpend"]):
    def between(self, since: datetime, until: datetime) -> Self:
        return self.filter(hour__gte=since, hour__lt=until)


class HourlySpend(Spend):
    pk = CompositePrimaryKey(
        "tenant_id", "hour", "environment", "feature_id", "provider", "model", "prompt_version", "simulated"
    )
    hour = models.DateTimeField()
    prompt_version = models.CharField(max_length=200)

    objects = HourlySpendQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "hourly spend"
        # Rows come by time, so a few pages hold an hour of all tenants.
        indexes = [BrinIndex(fields=["hour"], autosummarize=True, pages_per_range=16, name="spend_by_hour")]

    @override
    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.model}"


class DailySpendQuerySet(TenantQuerySet["DailySpend"]):
    def between(self, since: date, until: date) -> Self:
        return self.filter(day__gte=since, day__lt=until)


class DailySpend(Spend):
    """The same by day of UTC: months of all tenants are read from here, as they are a tenth of the rows."""

    pk = CompositePrimaryKey("tenant_id", "day", "environment", "feature_id", "provider", "model", "simulated")
    day = models.DateField()

    objects = DailySpendQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "daily spend"
        indexes = [BrinIndex(fields=["day"], autosummarize=True, pages_per_range=16, name="spend_by_day")]

    @override
    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.model}"


class MinuteTraffic(models.Model):
    """How much is going on right now; kept for two days."""

    pk = CompositePrimaryKey("tenant_id", "minute", "feature_id")
    tenant = models.ForeignKey(Tenant, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    minute = models.DateTimeField()
    feature = models.ForeignKey(Feature, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    calls = models.BigIntegerField()
    errors = models.BigIntegerField()
    stopped = models.BigIntegerField()
    last_at = models.DateTimeField()

    objects = TenantQuerySet["MinuteTraffic"].as_manager()

    class Meta:
        verbose_name_plural = "minute traffic"
        indexes = [BrinIndex(fields=["minute"], autosummarize=True, pages_per_range=16, name="traffic_by_minute")]

    @override
    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M}"
