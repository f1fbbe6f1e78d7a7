"""What automatic stops count."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from costs.grounding import Grounding
from costs.records import Finished, Hop, Outcome
from costs.reports import signals
from costs.reports.signals import By, Counted, Kind
from tenants.models import Feature, Tenant
from tests.costs.factories import GROUNDING, costing, make_failed, make_finished, make_opened, record

HALF = timedelta(seconds=30)


def call(tenant: Tenant, feature: Feature, at: datetime, user: str = "ada", **values: Any) -> Finished:
    of_call = {name: values.pop(name) for name in ("prompt_version", "model", "provider") if name in values}
    opened = make_opened(at=at, tenant=tenant.pk, feature=feature.pk, user=user, **of_call)
    make = make_failed if values.pop("failed", False) else make_finished
    return make(opened, **{"latency_ms": 100, **values})


def counted(kind: Kind, by: By, at: datetime, fewest: int = 1) -> dict[str, tuple[int, int, int]]:
    found = signals.counted(kind, by, since=at - HALF, until=at, fewest=fewest)
    return {key: (each.calls, each.bad, each.callers) for key, each in found.items()}


def test_calls_failed_by_tenant_and_feature(acme: Tenant, globex: Tenant, answers: Feature, now: datetime) -> None:
    at = now - timedelta(seconds=5)
    bad = call(acme, answers, at, "bob", failed=True)
    record(call(acme, answers, at), call(acme, answers, at), bad, call(globex, answers, at))
    found = signals.counted("errors", "tenant_feature", since=now - HALF, until=now, fewest=1)
    assert found == {
        f"{acme.pk}/{answers.pk}": Counted(3, 1, 2, (bad.call.id,)),
        f"{globex.pk}/{answers.pk}": Counted(1, 0, 1, ()),
    }


def test_subjects_with_too_few_calls_are_left_out(acme: Tenant, answers: Feature, now: datetime) -> None:
    at = now - timedelta(seconds=5)
    record(call(acme, answers, at, model="a"), call(acme, answers, at, model="b"), call(acme, answers, at, model="b"))
    assert counted("errors", "model", now, fewest=2) == {"openai/b": (2, 0, 1)}


def test_a_call_counts_when_it_ended(acme: Tenant, answers: Feature, now: datetime) -> None:
    slow = call(acme, answers, now - timedelta(seconds=70), failed=True, latency_ms=60_000)
    old = call(acme, answers, now - timedelta(seconds=40), failed=True, latency_ms=5_000)
    record(slow, old)
    found = signals.counted("errors", "tenant_feature", since=now - HALF, until=now, fewest=1)
    assert [each.sample for each in found.values()] == [(slow.call.id,)]


@pytest.mark.parametrize("outcome", [Outcome.STOPPED, Outcome.OVER_BUDGET, Outcome.REFUSED, Outcome.CANCELLED])
def test_what_was_not_let_through_or_not_waited_for_counts_neither_way(
    acme: Tenant, answers: Feature, now: datetime, outcome: Outcome
) -> None:
    record(call(acme, answers, now - timedelta(seconds=5), outcome=outcome))
    assert counted("errors", "tenant_feature", now) == {}


def test_the_consoles_own_calls_do_not_count(operator: Tenant, answers: Feature, now: datetime) -> None:
    record(call(operator, answers, now - timedelta(seconds=5), failed=True))
    assert counted("errors", "tenant_feature", now) == {}


def hops(*tried: tuple[str, int, str]) -> tuple[Hop, ...]:
    """All of one provider."""
    return tuple(Hop(model, "openai", status, 50, reason) for model, status, reason in tried)


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        # Another model answered: the call is well, the first model is not.
        ([("a", 500, "500"), ("b", 200, "")], {"openai/a": (1, 1, 1), "openai/b": (1, 0, 1)}),
        ([("a", 0, "timeout"), ("b", 200, "")], {"openai/a": (1, 1, 1), "openai/b": (1, 0, 1)}),
        # Asked again, it answered; as over a connection that had been closed before.
        ([("b", 0, "connection"), ("b", 200, "")], {"openai/b": (1, 0, 1)}),
        # Too many, or never asked.
        ([("a", 429, "429"), ("b", 200, "")], {"openai/b": (1, 0, 1)}),
        ([("a", 0, "429-cooldown"), ("b", 200, "")], {"openai/b": (1, 0, 1)}),
        ([("a", 0, "no_key"), ("b", 200, "")], {"openai/b": (1, 0, 1)}),
        ([("a", 0, "stopped"), ("b", 200, "")], {"openai/b": (1, 0, 1)}),
    ],
)
def test_a_models_attempts(
    acme: Tenant,
    answers: Feature,
    now: datetime,
    tried: Sequence[tuple[str, int, str]],
    expected: dict[str, tuple[int, int, int]],
) -> None:
    record(call(acme, answers, now - timedelta(seconds=5), model="b", hops=hops(*tried)))
    assert counted("errors", "model", now) == expected


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        ([("a", 503, "503")], {"openai/a": (1, 1, 1)}),
        # The time of its chain was over, which may have been too short for anybody.
        ([("b", 500, "500"), ("a", 0, "deadline")], {"openai/b": (1, 1, 1)}),
        # It had only gone on for longer than a stream may.
        ([("b", 500, "500"), ("a", 200, "too_long")], {"openai/b": (1, 1, 1)}),
        # Our key is not taken any more.
        ([("a", 401, "401")], {"openai/a": (1, 1, 1)}),
        # The request itself was at fault.
        ([("a", 400, "400")], {"openai/a": (1, 0, 1)}),
        # It broke off in the middle of its answer.
        ([("a", 200, "")], {"openai/a": (1, 1, 1)}),
        ([("b", 500, "500"), ("a", 200, "")], {"openai/b": (1, 1, 1), "openai/a": (1, 1, 1)}),
        # Stopped, it was not asked, or not to its end.
        ([("b", 500, "500"), ("a", 0, "stopped")], {"openai/b": (1, 1, 1)}),
    ],
)
def test_attempts_of_a_call_that_failed(
    acme: Tenant,
    answers: Feature,
    now: datetime,
    tried: Sequence[tuple[str, int, str]],
    expected: dict[str, tuple[int, int, int]],
) -> None:
    failed = call(acme, answers, now - timedelta(seconds=5), model="a", failed=True, hops=hops(*tried))
    record(failed)
    assert counted("errors", "model", now) == expected


def test_what_a_stop_cut_short_is_no_failure_of_its_model(acme: Tenant, answers: Feature, now: datetime) -> None:
    cut, passed_over = hops(("a", 200, "")), hops(("a", 0, "stopped"), ("b", 0, "stopped"))
    record(*(call(acme, answers, now - HALF / 6, outcome=Outcome.STOPPED, hops=each) for each in (cut, passed_over)))
    assert counted("errors", "model", now) == {}


def test_a_provider_is_as_its_last_attempt(acme: Tenant, answers: Feature, now: datetime) -> None:
    elsewhere = (Hop("a", "openai", 500, 5, "500"), Hop("c", "azure", 200, 5, ""))
    within = (Hop("a", "openai", 500, 5, "500"), Hop("b", "openai", 200, 5, ""))
    at = now - timedelta(seconds=5)
    record(
        call(acme, answers, at, model="c", provider="azure", hops=elsewhere),
        call(acme, answers, at, model="b", hops=within),
    )
    assert counted("errors", "provider", now) == {"openai": (2, 1, 1), "azure": (1, 0, 1)}


def grounded(**values: Any) -> Grounding:
    return GROUNDING._replace(**values)


UNREAD: dict[str, Any] = {"confidence": None, "exact": 0, "near": 0, "fabricated": 0}


@pytest.mark.parametrize(
    ("of_call", "ungrounded", "schema"),
    [
        (grounded(), (1, 0, 1), (1, 0, 1)),
        (grounded(refusal="unverified"), (1, 1, 1), (1, 0, 1)),
        (grounded(refusal="model_refused"), (1, 1, 1), (1, 0, 1)),
        # Given all the same, and nothing of it holds.
        (grounded(exact=0, near=0), (1, 1, 1), (1, 0, 1)),
        # Not readable: what it stands on nobody can tell.
        (grounded(**UNREAD, refusal="invalid_answer"), None, (1, 1, 1)),
        (grounded(**UNREAD), None, (1, 1, 1)),
        (None, None, None),
    ],
)
def test_grounding_and_form_by_version_of_a_prompt(
    acme: Tenant, answers: Feature, now: datetime, of_call: Grounding | None, ungrounded: object, schema: object
) -> None:
    record(call(acme, answers, now - timedelta(seconds=5), prompt_version="f" * 64, grounding=of_call))
    assert counted("ungrounded", "prompt_version", now).get("f" * 64) == ungrounded
    assert counted("schema", "prompt_version", now).get("f" * 64) == schema


def test_calls_without_a_prompt_are_of_no_version(acme: Tenant, answers: Feature, now: datetime) -> None:
    record(call(acme, answers, now - timedelta(seconds=5)))
    assert counted("errors", "prompt_version", now) == {}


def spent(tenant: Tenant, feature: Feature, at: datetime, usd: str) -> Finished:
    return call(tenant, feature, at, cost=costing(usd))


def test_the_cost_now_against_the_hours_of_a_day_in_which_it_spent(
    acme: Tenant, answers: Feature, now: datetime
) -> None:
    hours = [spent(acme, answers, now - timedelta(hours=ago), "0.60") for ago in (2, 5, 11)]
    record(*hours, spent(acme, answers, now - timedelta(seconds=5), "0.10"))
    [rate] = signals.cost_rates("tenant_feature", since=now - timedelta(minutes=1), until=now).values()
    assert asdict(rate) == {"now": Decimal("0.10"), "usual": Decimal("0.01")}


def test_what_is_usual_is_not_known_of_what_is_new(acme: Tenant, answers: Feature, now: datetime) -> None:
    before = [spent(acme, answers, now - timedelta(hours=ago), "0.60") for ago in (2, 5, 30, 31)]
    record(*before, spent(acme, answers, now - timedelta(seconds=5), "0.10"))
    [rate] = signals.cost_rates("tenant_feature", since=now - timedelta(minutes=1), until=now).values()
    assert rate.usual is None


@pytest.mark.parametrize("by", ["model", "provider", "prompt_version", "tenant_feature"])
def test_the_cost_of_everything_that_can_be_stopped(acme: Tenant, answers: Feature, now: datetime, by: By) -> None:
    values = {"prompt_version": "f" * 64, "cost": costing("0.30")}
    record(*[call(acme, answers, now - timedelta(hours=ago), **values) for ago in (2, 5, 11)])
    record(call(acme, answers, now - timedelta(seconds=5), **values))
    [rate] = signals.cost_rates(by, since=now - timedelta(minutes=1), until=now).values()
    assert rate.now / (rate.usual or 1) == 60
