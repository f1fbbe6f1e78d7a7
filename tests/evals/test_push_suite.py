"""Which content of a suite releases are judged by."""

import pytest
from django.db import IntegrityError, transaction

from evals import services
from evals.models import Suite
from evals.services.suites import PushedSuite
from evals.suites.model import Assertion, Case, Gate
from evals.suites.model import Suite as SuiteContent
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Tenant
from tests.evals.factories import AT
from tests.prompts.factories import make_release, make_version


def push(word: str, *, candidate: bool = False, name: str = "welcome") -> PushedSuite:
    cases = (Case("greets", vars={"question": "Hi"}, checks=(Assertion("icontains", word),)),)
    return services.push_suite(SuiteContent(name, "welcome", Gate(), cases), candidate=candidate, by=SYSTEM, at=AT)


def current() -> str:
    found = Suite.objects.get(name="welcome").current
    assert found is not None
    return found.hash


def test_what_was_pushed_last_is_what_judges(operator: Tenant) -> None:
    push("hello")
    second = push("welcome")
    assert (second.created, current()) == (True, second.version.hash)


def test_an_old_content_that_is_pushed_again_judges_again(operator: Tenant) -> None:
    first = push("hello")
    push("welcome")
    again = push("hello")
    assert (again.created, again.version, current()) == (False, first.version, first.version.hash)


def test_a_candidate_is_kept_and_judges_nothing(operator: Tenant) -> None:
    first = push("hello")
    candidate = push("welcome", candidate=True)
    assert (candidate.created, current()) == (True, first.version.hash)
    push("welcome")
    assert current() == candidate.version.hash


def test_a_new_suite_of_a_branch_judges_nothing_and_is_no_canary_either(operator: Tenant) -> None:
    make_release(make_version())
    push("hello", candidate=True)
    suite = Suite.objects.get()
    assert (suite.current, suite.prompt) == (None, None)
    assert services.start_due_canaries(at=AT) == []


def test_a_prompt_that_comes_later_is_found_by_the_next_push(operator: Tenant) -> None:
    push("hello")
    version = make_version()
    push("hello")
    assert Suite.objects.get().prompt == version.prompt


def test_every_change_of_what_judges_is_in_the_audit_log_and_a_repetition_is_not(operator: Tenant) -> None:
    first, second = push("hello"), push("welcome")
    push("welcome")
    entries = AuditEntry.objects.of(operator).filter(object="welcome").order_by("seq")
    assert [entry.action for entry in entries] == ["suite.pushed", "suite.made_current"] * 2
    last = entries.last()
    assert last is not None
    assert first.version.hash in (last.payload or "")
    assert second.version.hash in (last.payload or "")


def test_a_suite_is_never_judged_by_anothers_cases(operator: Tenant) -> None:
    other = push("hello", name="goodbye")
    push("hello")
    with pytest.raises(IntegrityError, match="suite_is_judged_by_its_own_cases"), transaction.atomic():
        Suite.objects.filter(name="welcome").update(current=other.version)
