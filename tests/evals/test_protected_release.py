"""Who may let a version go live alone: asked by `promote` itself, so of every door."""

import pytest

from evals import services
from evals.services.seconding import NeedsKnownPerson, NeedsSecondPerson, NotThisRole
from prompts import services as prompts
from prompts.models import PromptVersion
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Role, Tenant
from tenants.principals import of_key
from tests.evals.factories import AT
from tests.evals.planned import WHY, make_green, make_person, protect, served
from tests.factories import make_key
from tests.prompts.factories import make_version


@pytest.fixture
def head(operator: Tenant) -> PromptVersion:
    return make_green()


@pytest.fixture
def ann(operator: Tenant) -> Actor:
    return make_person("ann")


@pytest.fixture
def ben(operator: Tenant) -> Actor:
    return make_person("ben")


@pytest.fixture
def boss(operator: Tenant) -> Actor:
    return make_person("boss", Role.ADMIN)


def promote(version: PromptVersion, *, by: Actor, override: str = "", approved_by: Actor | None = None) -> None:
    services.promote(version, environment="production", override=override, by=by, approved_by=approved_by, at=AT)


def key_of(maker: Actor, role: Role = Role.ENGINEER) -> Actor:
    return of_key(make_key(Tenant.objects.operator(), role=role, by=maker).key).actor


def last(action: str) -> str:
    return AuditEntry.objects.filter(action=action).latest("seq").payload or ""


def test_where_it_takes_a_second_person_nobody_releases_alone(head: PromptVersion, ann: Actor, boss: Actor) -> None:
    protect(by=boss)
    with pytest.raises(NeedsSecondPerson, match=r"takes a second person\. Ask for it, `aiops prompts release … --ask`"):
        promote(head, by=ann)
    with pytest.raises(NeedsSecondPerson):
        promote(head, by=SYSTEM)
    assert served() == "v1"


def test_with_somebody_elses_approval_it_is_released(head: PromptVersion, ann: Actor, ben: Actor, boss: Actor) -> None:
    protect(by=boss)
    promote(head, by=ann, approved_by=ben)
    assert served() == "v2"


def test_ones_own_approval_is_none_nor_is_that_of_ones_key(head: PromptVersion, ann: Actor, boss: Actor) -> None:
    protect(by=boss)
    for approver in (ann, key_of(ann)):
        with pytest.raises(NeedsSecondPerson, match="a second person approves it"):
            promote(head, by=ann, approved_by=approver)
    with pytest.raises(NeedsSecondPerson, match="nobody's that is known"):
        promote(head, by=ann, approved_by=key_of(SYSTEM))


def test_where_only_admins_release_an_engineer_does_not(head: PromptVersion, ann: Actor, boss: Actor) -> None:
    protect(role=Role.ADMIN, second_person=False, by=boss)
    with pytest.raises(NotThisRole, match=r"Only admins release to production\..*another admin approves it"):
        promote(head, by=ann)
    with pytest.raises(NotThisRole):
        promote(head, by=key_of(boss, Role.ENGINEER))
    promote(head, by=boss)
    assert served() == "v2"


def test_an_engineer_approves_nothing_where_only_admins_release(
    head: PromptVersion, ann: Actor, ben: Actor, boss: Actor
) -> None:
    protect(role=Role.ADMIN, by=boss)
    with pytest.raises(NotThisRole, match="Only admins approve a release to production"):
        promote(head, by=ann, approved_by=ben)
    promote(head, by=ann, approved_by=boss)
    assert served() == "v2"


def test_another_environment_takes_none_of_it(head: PromptVersion, ann: Actor, boss: Actor) -> None:
    protect(by=boss)
    services.promote(head, environment="staging", override=WHY, by=ann, at=AT)
    assert prompts.live(head.prompt, "staging") is not None


def test_going_back_and_ending_a_canary_take_neither(head: PromptVersion, ann: Actor, ben: Actor, boss: Actor) -> None:
    services.promote(head, environment="production", percent=10, by=ann, at=AT)
    protect(role=Role.ADMIN, by=boss)
    prompts.roll_back(head.prompt, environment="production", by=ann, at=AT)
    assert prompts.canary(head.prompt, "production") is None
    promote(head, by=ann, approved_by=boss)
    prompts.roll_back(head.prompt, environment="production", by=ben, at=AT)
    assert served() == "v1"


def test_ending_a_tenants_own_version_takes_neither(head: PromptVersion, ann: Actor, boss: Actor, acme: Tenant) -> None:
    services.promote(head, environment="production", tenant=acme, by=ann, at=AT)
    protect(role=Role.ADMIN, by=boss)
    prompts.end(head.prompt, environment="production", tenant=acme, by=ann, at=AT)
    assert prompts.live(head.prompt, "production", acme) is None


def test_whoever_pushed_it_does_not_override_by_a_key_of_theirs(head: PromptVersion, ann: Actor, ben: Actor) -> None:
    mine = make_version("mine", suites=["welcome"], by=key_of(ann))
    for alone in (ann, key_of(ann)):
        with pytest.raises(NeedsSecondPerson, match="a second person has to"):
            promote(mine, by=alone, override=WHY)
    promote(mine, by=key_of(ben), override=WHY)
    assert "not whoever pushed it" in last("prompt.overridden")


def test_an_override_by_a_key_that_is_nobodys_is_told_as_such(head: PromptVersion, operator: Tenant) -> None:
    token = key_of(SYSTEM)
    promote(make_version("mine", suites=["welcome"], by=token), by=token, override=WHY)
    assert "none: nobody is known behind test" in last("prompt.overridden")
    assert WHY in last("prompt.overridden")


def test_in_a_protected_environment_such_a_key_overrides_nothing_whoever_approves(
    head: PromptVersion, boss: Actor, ann: Actor
) -> None:
    protect(by=boss)
    third = make_version("three", suites=["welcome"])
    for approver in (None, ann):
        with pytest.raises(NeedsKnownPerson, match="Ask in person, or with a key that you made"):
            promote(third, by=key_of(SYSTEM), override=WHY, approved_by=approver)
    promote(third, by=key_of(boss), override=WHY, approved_by=ann)
    assert "approved by ann@operator.example" in last("prompt.overridden")


def test_an_override_of_what_nobody_known_pushed_is_told_as_such(head: PromptVersion, ben: Actor) -> None:
    promote(make_version("mine", suites=["welcome"], by=SYSTEM), by=ben, override=WHY)
    assert "none that is known: nobody is known behind the console itself" in last("prompt.overridden")
