from datetime import timedelta

import pytest

from evals.models import Run
from evals.services import planning
from evals.services.promoting import NoVerdict
from evals.services.seconding import NeedsSecondPerson, NotThisRole
from prompts.models import PlannedRelease, PromptVersion
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Role, Tenant, User
from tenants.principals import of_key
from tenants.refusals import Conflict, Invalid, NotAllowed
from tests.evals.factories import AT
from tests.evals.planned import WHY, ask, make_green, make_person, protect, served, state, written
from tests.factories import make_key
from tests.prompts.factories import make_version

LATER = AT + timedelta(hours=1)


@pytest.fixture
def ann(operator: Tenant) -> Actor:
    return make_person("ann")


@pytest.fixture
def ben(operator: Tenant) -> Actor:
    return make_person("ben")


@pytest.fixture
def head(operator: Tenant) -> PromptVersion:
    version = make_green()
    protect(by=make_person("boss", Role.ADMIN))
    return version


@pytest.fixture
def waiting(head: PromptVersion, ann: Actor) -> PlannedRelease:
    return ask(head, note="For the weekend", by=ann)


def test_a_second_person_has_it_made_at_once_by_whoever_asked(waiting: PlannedRelease, ann: Actor, ben: Actor) -> None:
    plan = planning.approve(waiting, note="Looked at it.", by=ben, at=LATER)
    assert (state(plan), served()) == ("released", "v2")
    assert plan.release is not None
    assert (plan.release.made_by_label, plan.release.note, plan.decided_by_label) == (
        ann.label, "For the weekend", ben.label,
    )  # fmt: skip


def test_the_audit_log_names_both(waiting: PlannedRelease, ann: Actor, ben: Actor) -> None:
    planning.approve(waiting, by=ben, at=LATER)
    assert written()[-3:] == ["prompt.release_asked", "prompt.released", "prompt.release_approved"]
    entry = AuditEntry.objects.get(action="prompt.release_approved")
    assert entry.actor_id == ben.id
    assert f'"asked_by":"{ann.label}"' in (entry.payload or "").replace(": ", ":")


def test_one_with_a_time_is_made_then(head: PromptVersion, ann: Actor, ben: Actor) -> None:
    plan = ask(head, due_at=LATER, by=ann)
    planning.approve(plan, by=ben, at=AT)
    assert (state(plan), served()) == ("scheduled", "v1")


def test_one_whose_time_has_passed_while_it_waited_is_made_at_once(head: PromptVersion, ann: Actor, ben: Actor) -> None:
    plan = ask(head, due_at=LATER, by=ann)
    planning.approve(plan, by=ben, at=LATER + timedelta(days=1))
    assert (state(plan), served()) == ("released", "v2")


def test_nobody_approves_their_own(waiting: PlannedRelease, ann: Actor, operator: Tenant) -> None:
    own = of_key(make_key(operator, role=Role.ADMIN, by=ann).key).actor
    nobodys = of_key(make_key(operator, role=Role.ADMIN, by=SYSTEM).key).actor
    for by in (ann, own, nobodys, SYSTEM):
        with pytest.raises(NeedsSecondPerson):
            planning.approve(waiting, by=by, at=LATER)
        assert planning.refused_approval(waiting, by=by, at=LATER) is not None
    assert (state(waiting), served()) == ("waiting", "v1")


def test_who_may_not_release_there_approves_nothing(waiting: PlannedRelease, ben: Actor) -> None:
    protect(role=Role.ADMIN, by=ben)
    with pytest.raises(NotThisRole):
        planning.approve(waiting, by=ben, at=LATER)
    with pytest.raises(NotThisRole):
        planning.approve(waiting, by=make_person("sue", Role.SUPPORT), at=LATER)
    assert planning.refused_approval(waiting, by=make_person("chief", Role.ADMIN), at=LATER) is None


def test_an_override_is_approved_by_whoever_else(head: PromptVersion, ann: Actor, ben: Actor) -> None:
    plan = ask(make_version("mine", suites=["welcome"], by=ann), override=WHY, by=ann)
    made = planning.approve(plan, by=ben, at=LATER).release
    assert made is not None
    assert (str(made.version), made.override_reason) == ("v3", WHY)


def test_with_the_verdict_gone_it_goes_on_waiting(waiting: PlannedRelease, ben: Actor) -> None:
    Run.objects.update(verdict="blocked")
    with pytest.raises(NoVerdict, match="its last verdict is blocked"):
        planning.approve(waiting, by=ben, at=LATER)
    assert (state(waiting), served()) == ("waiting", "v1")
    assert "prompt.release_approved" not in written()


def test_whoever_asked_must_still_be_allowed_to(waiting: PlannedRelease, ann: Actor, ben: Actor) -> None:
    User.objects.filter(pk=ann.id).update(is_active=False)
    with pytest.raises(NotAllowed, match="who asked for it, may not release any more"):
        planning.approve(waiting, by=ben, at=LATER)


def test_it_is_approved_once(waiting: PlannedRelease, ben: Actor) -> None:
    planning.approve(waiting, by=ben, at=LATER)
    with pytest.raises(Conflict, match="It is released, approved by ben"):
        planning.approve(waiting, by=ben, at=LATER)
    with pytest.raises(Conflict, match="roll back"):
        planning.cancel(waiting, by=ben, at=LATER)


def test_what_waits_for_nobody_is_not_approved(head: PromptVersion, ann: Actor, ben: Actor) -> None:
    plan = ask(head, environment="staging", override=WHY, due_at=LATER, by=ann)
    with pytest.raises(Conflict, match="waits for nobody"):
        planning.approve(plan, by=ben, at=AT)


def test_it_is_declined_with_a_reason(waiting: PlannedRelease, head: PromptVersion, ann: Actor, ben: Actor) -> None:
    with pytest.raises(Invalid, match="say why"):
        planning.decline(waiting, note=" ", by=ben, at=LATER)
    planning.decline(waiting, note="Not on a Friday.", by=ben, at=LATER)
    assert (state(waiting), written()[-1]) == ("declined", "prompt.release_declined")
    with pytest.raises(Conflict, match="It was declined by ben"):
        planning.approve(waiting, by=ben, at=LATER)
    assert state(ask(head, by=ann)) == "waiting"


@pytest.mark.parametrize("is_approved", [False, True])
def test_it_is_cancelled_approved_or_not_and_stays_so(
    head: PromptVersion, ann: Actor, ben: Actor, is_approved: bool
) -> None:
    plan = ask(head, due_at=LATER, by=ann)
    _ = is_approved and planning.approve(plan, by=ben, at=AT)
    assert [planning.cancel(plan, by=by, at=AT).state for by in (ann, ben)] == ["cancelled"] * 2
    assert written().count("prompt.release_cancelled") == 1
    assert planning.carry_out_due(at=LATER) == 0
    assert served() == "v1"
