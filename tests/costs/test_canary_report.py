"""A canary's calls beside those of all others, as they are recorded."""

from datetime import timedelta
from decimal import Decimal

import pytest

from costs.records import Outcome
from costs.reports import arms
from costs.reports.arms import canary_before, canary_beside
from prompts.models import PromptVersion
from tenants.models import Feature, Tenant
from tests.costs.canaries import BEGAN, compared, left_out, opened, several
from tests.costs.factories import (
    NOW,
    costing,
    make_failed,
    make_finished,
    make_stopped,
    make_unpriced,
    record,
)
from tests.factories import make_tenant
from tests.prompts.factories import go_back, make_end, make_release, make_version


def test_without_a_canary_there_is_nothing_to_compare(everything: None, operator: Tenant) -> None:
    version = make_version()
    make_release(version)
    assert canary_beside(version.prompt, "production", at=NOW) is None


def test_each_call_counts_as_what_became_of_it(versions: list[PromptVersion], acme: Tenant, answers: Feature) -> None:
    head = versions[1]
    record(
        make_finished(opened(head, acme, user="ann"), cost=costing("0.002"), latency_ms=100),
        make_finished(opened(head, acme, user="ann"), cost=costing("0.004"), latency_ms=300),
        make_failed(opened(head, acme, user="bob")),
        make_finished(opened(head, acme, user="bob"), outcome=Outcome.REFUSED),
        make_stopped(opened(head, acme, user="cid")),
        make_finished(opened(head, acme, user="cid"), outcome=Outcome.CANCELLED),
        make_unpriced(opened(head, acme, user="dan"), latency_ms=200),
    )
    found = compared(head).head
    assert (found.calls, found.people) == (7, 4)
    assert (found.ok, found.failed, found.refused, found.stopped, found.other) == (3, 1, 1, 1, 1)
    assert (found.unpriced, found.latency_p50_ms, found.latency.count) == (1, 200, 3)
    assert found.output_tokens.value == 100


def test_cost_is_exact_and_of_priced_calls_alone(versions: list[PromptVersion], acme: Tenant, answers: Feature) -> None:
    head = versions[1]
    record(
        make_finished(opened(head, acme), cost=costing("0.1")),
        make_finished(opened(head, acme), cost=costing("0.2")),
        make_unpriced(opened(head, acme)),
    )
    cost = compared(head).head.cost
    assert (cost.count, cost.value, cost.variance) == (2, Decimal("0.15"), Decimal("0.005"))


def test_both_arms_are_of_the_same_hours_place_and_callers(
    versions: list[PromptVersion], acme: Tenant, globex: Tenant, operator: Tenant, answers: Feature
) -> None:
    base, head = versions
    make_release(base, tenant=globex, at=BEGAN)
    record(
        make_finished(opened(base, acme)),
        make_finished(opened(head, acme)),
        # Before the canary began, from elsewhere, of a tenant with its own version, of the console's checks.
        make_finished(opened(base, acme, at=BEGAN - timedelta(minutes=1))),
        make_finished(opened(base, acme, environment="staging")),
        make_finished(opened(base, globex)),
        make_finished(opened(head, operator)),
    )
    found = compared(head)
    assert (found.head.calls, found.base.calls, found.since) == (1, 1, BEGAN)


def at_each_half_hour(version: PromptVersion, tenant: Tenant) -> None:
    """Three calls since the canary began, 30, 60 and 90 minutes after."""
    record(*(make_finished(opened(version, tenant, at=BEGAN + timedelta(minutes=30 * n))) for n in (1, 2, 3)))


def test_a_tenants_calls_count_until_it_has_its_own_and_again_after(
    versions: list[PromptVersion], acme: Tenant, answers: Feature
) -> None:
    base, head = versions
    at_each_half_hour(head, acme)
    assert left_out(compared(head)) == (3, 0, 0)
    make_release(base, tenant=acme, at=BEGAN + timedelta(minutes=45))
    assert left_out(compared(head)) == (1, 2, 1)
    make_end(tenant=acme, at=BEGAN + timedelta(minutes=75))
    assert left_out(compared(head)) == (2, 1, 1)


def test_a_canary_of_its_own_counts_as_its_own(versions: list[PromptVersion], acme: Tenant, answers: Feature) -> None:
    at_each_half_hour(versions[1], acme)
    make_release(make_version("three"), tenant=acme, percent=5, at=BEGAN + timedelta(minutes=75))
    assert left_out(compared(versions[1])) == (2, 1, 1)


def test_what_was_of_its_own_before_changes_nothing(
    versions: list[PromptVersion], acme: Tenant, answers: Feature
) -> None:
    base, head = versions
    at_each_half_hour(head, acme)
    make_release(base, tenant=acme, at=BEGAN - timedelta(hours=2))
    make_end(tenant=acme, at=BEGAN - timedelta(hours=1))
    assert left_out(compared(head)) == (3, 0, 0)


def test_one_that_is_over_says_the_same_whatever_becomes_of_tenants_later(
    versions: list[PromptVersion], acme: Tenant, globex: Tenant, answers: Feature
) -> None:
    base, head = versions
    at_each_half_hour(head, acme)
    at_each_half_hour(head, globex)
    make_release(base, tenant=acme, at=BEGAN + timedelta(minutes=45))
    go_back(at=NOW - timedelta(minutes=5))
    before = canary_before(head.prompt, "production")
    make_end(tenant=acme, at=NOW)
    make_release(base, tenant=globex, at=NOW)
    assert before is not None
    assert left_out(before) == (4, 2, 1)
    assert canary_before(head.prompt, "production") == before


def test_of_very_many_that_began_meanwhile_none_counts(
    versions: list[PromptVersion], acme: Tenant, answers: Feature, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arms, "_MOST_PARTS", 1)
    at_each_half_hour(versions[1], acme)
    for tenant in (acme, make_tenant("shop")):
        make_release(versions[0], tenant=tenant, at=BEGAN + timedelta(minutes=45))
    assert left_out(compared(versions[1])) == (0, 3, 1)


def test_a_raised_share_does_not_begin_anew(versions: list[PromptVersion], acme: Tenant, answers: Feature) -> None:
    record(make_finished(opened(versions[1], acme)))
    make_release(versions[1], percent=25, at=NOW - timedelta(minutes=5))
    assert (compared(versions[1]).since, compared(versions[1]).head.calls) == (BEGAN, 1)


def test_a_tenants_canary_counts_its_calls_alone(
    versions: list[PromptVersion], acme: Tenant, globex: Tenant, answers: Feature
) -> None:
    third = make_version("three")
    make_release(third, tenant=acme, percent=50, at=BEGAN)
    record(make_finished(opened(third, acme)), make_finished(opened(versions[0], globex)))
    found = compared(third, acme)
    assert (found.head.calls, found.base.calls) == (1, 0)


def test_what_differs_is_said_in_words(versions: list[PromptVersion], acme: Tenant, answers: Feature) -> None:
    base, head = versions
    failed = [make_failed(opened(head, acme)) for _ in range(20)]
    record(*several(40, head, acme), *failed, *several(60, base, acme))
    assert compared(head).sentences[0].startswith("v2 fails more often: 33.3% against 0.0% (between 2")


def test_too_early_is_said_and_is_not_0(versions: list[PromptVersion], acme: Tenant, answers: Feature) -> None:
    record(*several(3, versions[1], acme))
    found = compared(versions[1])
    assert found.sentences == ("Could not measure yet: 3 calls of v2 and 0 of v1; each takes 30.",)
    assert [each.low for each in found.differences] == [None] * 5


def test_another_prompt_of_the_same_content_makes_it_unclear(versions: list[PromptVersion], acme: Tenant) -> None:
    make_version("two", name="twin")
    found = compared(versions[1])
    assert found.sentences == (
        "Could not measure: prompt twin has the very same content, and records name the content alone.",
    )  # fmt: skip


def test_once_all_get_the_tenants_canary_there_is_nothing_to_compare(
    versions: list[PromptVersion], acme: Tenant
) -> None:
    make_release(versions[1], tenant=acme, percent=50)
    make_release(versions[1])
    assert compared(versions[1], acme).sentences == ("Could not measure: all get v2 by now.",)


def test_of_very_many_calls_the_older_hours_are_left_out(
    versions: list[PromptVersion], acme: Tenant, answers: Feature, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arms, "MOST", 5)
    record(
        *several(
            4,
            versions[1],
            acme,
        ),
        *several(3, versions[0], acme),
    )
    old = [make_finished(opened(versions[1], acme, at=NOW - timedelta(minutes=110))) for _ in range(3)]
    record(*old)
    found = compared(versions[1])
    assert (found.is_cut, found.head.calls, found.base.calls) == (True, 4, 3)


def test_one_that_is_over_is_compared_until_its_end(
    versions: list[PromptVersion], acme: Tenant, answers: Feature
) -> None:
    base, head = versions
    record(make_finished(opened(head, acme)), make_finished(opened(base, acme)))
    make_release(make_version("three"), at=NOW - timedelta(minutes=30))
    record(make_finished(opened(base, acme, at=NOW - timedelta(minutes=10))))
    found = canary_before(head.prompt, "production")
    assert found is not None
    assert (found.canary.version, found.beside.version, found.canary.percent) == (head, base, 5)
    assert (found.since, found.until) == (BEGAN, NOW - timedelta(minutes=30))
    assert (found.head.calls, found.base.calls) == (1, 1)
    assert canary_beside(head.prompt, "production", at=NOW) is None


def test_of_a_tenants_that_is_over_what_it_stood_beside_is_found(
    versions: list[PromptVersion], acme: Tenant, globex: Tenant
) -> None:
    base, head = versions
    third = make_version("three")
    make_release(head, tenant=globex, at=BEGAN)
    for tenant in (acme, globex):
        make_release(third, tenant=tenant, percent=50, at=BEGAN)
        make_release(third, tenant=tenant, at=NOW)
    beside = [canary_before(base.prompt, "production", tenant) for tenant in (acme, globex)]
    assert [found and found.beside.version for found in beside] == [base, head]


def test_where_there_never_was_one_there_is_none_before(versions: list[PromptVersion], acme: Tenant) -> None:
    assert canary_before(versions[0].prompt, "staging") is None
    assert canary_before(versions[0].prompt, "production") is None
