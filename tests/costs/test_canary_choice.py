"""Which calls are a canary's, by who chose their version."""

from decimal import Decimal
from typing import Any

import pytest

from costs.records import Finished, Outcome, PromptChoice
from costs.reports.arms import Comparison
from prompts.models import PromptVersion
from tenants.models import Feature, Tenant
from tests.costs.canaries import BEGAN, compared, left_out, opened, several
from tests.costs.factories import costing, make_failed, make_finished, record
from tests.prompts.factories import make_release, make_version

PINNED, MAIN, CANARY = PromptChoice.PINNED, PromptChoice.MAIN, PromptChoice.CANARY


def by(choice: PromptChoice, version: PromptVersion, tenant: Tenant, **values: Any) -> Finished:
    return make_finished(opened(version, tenant, prompt_choice=choice, **values))


def counts(found: Comparison) -> tuple[int, int, int, int]:
    return found.head.calls, found.base.calls, found.pinned, found.unmarked


@pytest.mark.parametrize("arm", [0, 1])
def test_a_call_that_named_either_version_itself_is_in_neither_arm(
    versions: list[PromptVersion], acme: Tenant, answers: Feature, arm: int
) -> None:
    base, head = versions
    record(by(MAIN, base, acme), by(CANARY, head, acme))
    assert counts(compared(head)) == (1, 1, 0, 0)
    record(by(PINNED, versions[arm], acme, user="bob"), by(PINNED, versions[arm], acme, user="cid"))
    found = compared(head)
    assert counts(found) == (1, 1, 2, 0)
    assert (found.head.people, found.base.people) == (1, 1)
    assert found.remarks == ("Without 2 calls that named their version themselves.",)


def test_outcome_and_cost_are_of_those_alone_for_whom_the_canary_chose(
    versions: list[PromptVersion], acme: Tenant, answers: Feature
) -> None:
    head = versions[1]
    record(
        make_finished(opened(head, acme, prompt_choice=CANARY), cost=costing("0.1")),
        make_finished(opened(head, acme, prompt_choice=PINNED), cost=costing("9")),
        make_failed(opened(head, acme, prompt_choice=PINNED)),
        make_finished(opened(head, acme, prompt_choice=PINNED), outcome=Outcome.REFUSED),
    )
    arm = compared(head).head
    assert (arm.ok, arm.failed, arm.refused, arm.cost.value) == (1, 0, 0, Decimal("0.1"))


def test_calls_of_an_older_gateway_count_as_before_and_are_told(
    versions: list[PromptVersion], acme: Tenant, answers: Feature
) -> None:
    base, head = versions
    record(*several(2, base, acme), *several(1, head, acme), by(CANARY, head, acme), by(PINNED, base, acme))
    found = compared(head)
    assert counts(found) == (2, 2, 1, 3)
    assert found.remarks == (
        "Without 1 call that named its version itself.",
        "Of 3 calls the records do not say who chose the version: those that named it count, too.",
    )


def test_a_pinned_call_of_a_tenant_with_its_own_version_is_told_once(
    versions: list[PromptVersion], acme: Tenant, answers: Feature
) -> None:
    base, head = versions
    make_release(base, tenant=acme, at=BEGAN)
    record(by(PINNED, head, acme), by(PromptChoice.TENANT, base, acme))
    found = compared(head)
    assert counts(found) == (0, 0, 1, 0)
    assert (found.left_out.calls, found.left_out.tenants) == (1, 1)


def test_what_a_tenants_own_lane_chose_is_left_out_whatever_the_clock_said(
    versions: list[PromptVersion], acme: Tenant, answers: Feature
) -> None:
    base, head = versions
    record(by(PromptChoice.TENANT, base, acme), by(PromptChoice.TENANT_CANARY, head, acme))
    assert left_out(compared(head)) == (0, 2, 1)


def test_of_a_tenants_canary_both_its_own_lanes_and_everybodys_count(
    versions: list[PromptVersion], acme: Tenant, answers: Feature
) -> None:
    third = make_version("three")
    make_release(third, tenant=acme, percent=50, at=BEGAN)
    record(by(PromptChoice.TENANT_CANARY, third, acme), by(MAIN, versions[0], acme), by(PINNED, third, acme))
    found = compared(third, acme)
    assert counts(found) == (1, 1, 1, 0)
    assert (found.left_out.calls, found.remarks) == (0, ("Without 1 call that named its version itself.",))
