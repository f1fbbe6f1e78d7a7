"""What callers were refused of answers from sources, within a week."""

from datetime import timedelta
from decimal import Decimal

from costs.records import Outcome
from costs.reports.confidence import Refusals, Shift, refusals, shift
from tenants.models import Feature, Tenant
from tests.costs.factories import GROUNDING, NOW, make_finished, make_opened, record

LATER = NOW + timedelta(minutes=1)


def ask(tenant: Tenant, feature: Feature, sure: str | None, refusal: str = "", days: int = 0, **values: object) -> None:
    at = NOW - timedelta(days=days)
    grounding = GROUNDING._replace(confidence=None if sure is None else Decimal(sure), refusal=refusal)
    fields = {"grounding": grounding, **values}
    record(make_finished(make_opened(at=at, tenant=tenant.pk, feature=feature.pk), **fields), at=at)


def test_refusals_are_counted_by_reason(acme: Tenant, answers: Feature, drafts: Feature) -> None:
    ask(acme, answers, "0.9")
    ask(acme, answers, "0.2", "low_confidence")
    ask(acme, answers, "0.3", "low_confidence")
    ask(acme, answers, "0.1", "model_refused")
    ask(acme, drafts, "0.9")
    found = refusals(LATER)
    assert found[answers.pk] == Refusals(4, {"low_confidence": 2, "model_refused": 1})
    assert (found[answers.pk].refused, found[answers.pk].share, found[drafts.pk].share) == (3, 0.75, 0.0)


def test_what_brought_no_source_counts_when_it_was_refused_for_that(acme: Tenant, answers: Feature) -> None:
    ask(acme, answers, None, "no_sources", outcome=Outcome.REFUSED)
    assert refusals(LATER)[answers.pk].reasons == {"no_sources": 1}


def test_what_was_refused_for_another_reason_does_not_count(acme: Tenant, answers: Feature) -> None:
    ask(acme, answers, None, outcome=Outcome.REFUSED)
    ask(acme, answers, "0.9", grounding=None)
    assert refusals(LATER) == {}


def test_last_weeks_calls_count_and_older_ones_do_not(acme: Tenant, answers: Feature) -> None:
    ask(acme, answers, "0.9", days=6)
    ask(acme, answers, "0.9", days=8)
    assert refusals(LATER)[answers.pk].calls == 1


def test_the_consoles_own_calls_are_nobodys(operator: Tenant, answers: Feature) -> None:
    ask(operator, answers, "0.9")
    assert refusals(LATER) == {}


def test_a_threshold_would_have_refused_more_or_fewer(acme: Tenant, answers: Feature, drafts: Feature) -> None:
    ask(acme, answers, "0.9")
    ask(acme, answers, "0.5")
    ask(acme, answers, "0.4", "low_confidence")
    ask(acme, answers, "0.4", "unverified")
    ask(acme, drafts, "0.1")
    assert shift(answers.pk, Decimal("0.5001"), LATER) == Shift(4, more=1, fewer=0)
    assert shift(answers.pk, Decimal("0.3"), LATER) == Shift(4, more=0, fewer=1)
    assert shift(answers.pk, Decimal("0.5"), LATER) == Shift(4, more=0, fewer=0)


def test_nobody_who_asked_is_nothing_that_would_have_changed(answers: Feature) -> None:
    assert shift(answers.pk, Decimal("0.5"), LATER) == Shift(0, 0, 0)
