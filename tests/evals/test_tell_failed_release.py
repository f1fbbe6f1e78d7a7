"""Who hears that a planned release was not made."""

from datetime import timedelta
from typing import Any

import pytest

from evals.models import Run
from evals.services import planning
from killswitch.models import Notice
from killswitch.notices import outbox, slack
from killswitch.notices.wording import tell
from prompts.models import PlannedRelease, PromptVersion
from tenants.actors import Actor
from tenants.models import Role, Tenant, User
from tenants.scope import ALL, scope
from tests.evals.factories import AT
from tests.evals.planned import ask, make_green, make_person, protect, state
from tests.factories import make_tenant
from tests.killswitch.notices.factories import deliver, make_channel
from tests.killswitch.notices.postbox import free_port, taking_mail

DUE = AT + timedelta(hours=6)
HOOK = "https://hooks.example/abc"
SAID = "Not released: welcome v2 to production, planned for 22 Nov 08:14 UTC"


@pytest.fixture
def ann(operator: Tenant) -> Actor:
    return make_person("ann")


@pytest.fixture
def head(operator: Tenant) -> PromptVersion:
    return make_green()


def fail(plan: PlannedRelease) -> None:
    """Its verdict is gone when it is due; the worker looks twice."""
    Run.objects.update(verdict="blocked")
    planning.carry_out_due(at=DUE)
    planning.carry_out_due(at=DUE + timedelta(seconds=5))
    assert state(plan) == "failed"


def told() -> list[tuple[str, str]]:
    """To whom, what."""
    with scope(ALL):
        rows = Notice.objects.select_related("user", "channel")
        return sorted((str(each.user or each.channel), tell(each.kind, each.facts).title) for each in rows)


def lines() -> str:
    with scope(ALL):
        notice = Notice.objects.latest("id")
    return "\n".join(tell(notice.kind, notice.facts).lines)


@pytest.mark.parametrize("news", ["every", "shared", "trouble"])
def test_the_operators_channels_and_who_asked_are_told_once(
    operator: Tenant, head: PromptVersion, ann: Actor, news: str
) -> None:
    make_channel(operator, HOOK, at=AT, news=news)
    fail(ask(head, due_at=DUE, by=ann, note="Shorter answers"))
    assert told() == [("Ops", SAID), ("ann@operator.example", SAID)]
    assert "its last verdict is blocked" in lines()
    assert "Asked for by ann@operator.example" in lines()
    assert "“Shorter answers”" in lines()
    assert "Callers get what they got before. It is not tried again" in lines()


def test_so_is_who_approved_it(head: PromptVersion, ann: Actor) -> None:
    protect(by=make_person("boss", Role.ADMIN))
    plan = ask(head, due_at=DUE, by=ann)
    planning.approve(plan, by=make_person("ben"), at=AT)
    fail(plan)
    assert [who for who, _ in told()] == ["ann@operator.example", "ben@operator.example"]
    assert "Approved by ben@operator.example" in lines()


def test_a_customers_people_are_not_told_even_of_their_own(head: PromptVersion, ann: Actor) -> None:
    acme = make_tenant("acme")
    make_channel(acme, HOOK, at=AT)
    fail(ask(head, due_at=DUE, by=ann, tenant=acme, percent=10))
    said = "Not released: welcome v2 to 10% of acme in production, planned for 22 Nov 08:14 UTC"
    assert told() == [("ann@operator.example", said)]


def test_who_has_left_is_not(head: PromptVersion, ann: Actor) -> None:
    plan = ask(head, due_at=DUE, by=ann)
    User.objects.filter(pk=ann.id).update(is_active=False)
    fail(plan)
    assert told() == []


def test_one_that_is_made_is_not_told(operator: Tenant, head: PromptVersion, ann: Actor) -> None:
    make_channel(operator, HOOK, at=AT)
    ask(head, due_at=DUE, by=ann)
    assert planning.carry_out_due(at=DUE) == 1
    assert told() == []


def test_a_webhook_gets_every_fact(operator: Tenant, head: PromptVersion, ann: Actor) -> None:
    make_channel(operator, HOOK, at=AT)
    plan = ask(head, due_at=DUE, by=ann)
    fail(plan)
    with scope(ALL):
        notice = Notice.objects.filter(user=None).get()
    sent = slack.body(notice.kind, notice.facts, tell(notice.kind, notice.facts))["metadata"]
    assert sent["event_type"] == "aiops_release_not_made"
    facts = sent["event_payload"]
    assert (facts["plan"], facts["prompt"], facts["hash"]) == (str(plan.pk), "welcome", head.hash)
    assert facts["url"].endswith(f"/planned-releases/{plan.pk}/")


def test_the_mail_says_why_one_gets_it(head: PromptVersion, ann: Actor, settings: Any) -> None:
    port = free_port()
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 5}}}
    settings.AIOPS_MAIL_IS_SET = True
    fail(ask(head, due_at=DUE, by=ann))
    with taking_mail(port) as postbox:
        deliver(DUE)
    assert (postbox.subjects, postbox.receivers) == ([SAID], ["ann@operator.example"])
    assert "because you asked for this release, or approved it" in postbox.mails[0].get_content()


def test_what_can_not_be_told_keeps_no_failure_from_being_written(
    head: PromptVersion, ann: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = ask(head, due_at=DUE, by=ann)
    monkeypatch.setattr(outbox, "write", _write_nothing)
    fail(plan)
    assert told() == []


def _write_nothing(rows: object) -> int:
    list(Notice.objects.raw("SELECT no_such_column FROM killswitch_notice"))
    return 0
