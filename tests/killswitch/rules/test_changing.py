"""What people do with rules: two make one live, one takes it back; thresholds that cannot be; who may."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from killswitch.models import Rule, Stop, Trip, Watch
from killswitch.rules import changing, telling
from killswitch.rules.defaults import DEFAULTS, ensure_rules
from killswitch.rules.words import Signal
from killswitch.services import NeedsAnother
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Role, Tenant, User
from tenants.principals import of_key as of_service_key
from tenants.refusals import Conflict, Invalid
from tenants.services import create_key
from tests.factories import actor_of
from tests.killswitch.rules.factories import ANN, BAD, BEN, World, a_live_rule, a_rule


@pytest.fixture
def rule(operator: Tenant, now: datetime) -> Rule:
    return a_rule("model-fails", at=now)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").filter(action__startswith="rule.").values_list("action", flat=True))


def test_every_installation_begins_with_rules_in_shadow(operator: Tenant, now: datetime) -> None:
    assert ensure_rules(at=now) == len(DEFAULTS) == 8
    assert set(Rule.objects.values_list("state", flat=True)) == {"shadow"}
    assert ensure_rules(at=now) == 0
    assert actions() == ["rule.made"] * 8


def test_a_rule_that_people_changed_is_not_made_anew(rule: Rule, now: datetime) -> None:
    changing.turn_off(rule, by=ANN, at=now)
    ensure_rules(at=now)
    rule.refresh_from_db()
    assert rule.state == "off"


def test_it_takes_two_people_to_make_a_rule_live(rule: Rule, now: datetime) -> None:
    changing.ask(rule, by=ANN, at=now)
    with pytest.raises(NeedsAnother, match="second person"):
        changing.approve(rule, by=ANN, at=now)
    live = changing.approve(rule, by=BEN, at=now)
    assert (live.state, live.asked_by_label, live.approved_by_label) == ("live", "Ann", "Ben")
    assert actions()[-2:] == ["rule.asked", "rule.live"]


def of_key(operator: Tenant, by: Actor) -> Actor:
    return of_service_key(create_key(operator, name="mine", role=Role.ENGINEER, by=by).key).actor


def test_a_key_of_whoever_asked_is_no_second_person(rule: Rule, operator: Tenant, now: datetime) -> None:
    changing.ask(rule, by=ANN, at=now)
    one = of_key(operator, ANN)
    with pytest.raises(NeedsAnother):
        changing.approve(rule, by=one, at=now)
    with pytest.raises(NeedsAnother):
        changing.approve(rule, by=of_key(operator, one), at=now)
    assert changing.approve(rule, by=of_key(operator, BEN), at=now).state == "live"


def test_whoever_made_the_key_that_asked_is_no_second_person(rule: Rule, operator: Tenant, now: datetime) -> None:
    changing.ask(rule, by=of_key(operator, ANN), at=now)
    with pytest.raises(NeedsAnother):
        changing.approve(rule, by=ANN, at=now)
    with pytest.raises(NeedsAnother):
        changing.approve(rule, by=of_key(operator, ANN), at=now)
    assert changing.approve(rule, by=BEN, at=now).state == "live"


def test_keys_that_the_console_made_are_nobodys(rule: Rule, operator: Tenant, now: datetime) -> None:
    changing.ask(rule, by=of_key(operator, SYSTEM), at=now)
    assert changing.approve(rule, by=of_key(operator, SYSTEM), at=now).state == "live"


def test_the_database_refuses_a_live_rule_of_one_person(rule: Rule) -> None:
    with pytest.raises(IntegrityError, match="live_rules_took_two_people"), transaction.atomic():
        Rule.objects.update(state="live", asked_by_id="1", approved_by_id="1")


@pytest.mark.parametrize("scope", ["tenant", "global", "feature", "user"])
def test_the_database_refuses_a_rule_over_more_than_parts(rule: Rule, scope: str) -> None:
    with pytest.raises(IntegrityError, match="rule_counts_what_its_subject_has"), transaction.atomic():
        Rule.objects.filter(pk=rule.pk).update(scope=scope)


@pytest.mark.parametrize("values", [{"min_calls": 19}, {"min_callers": 2}, {"clear": 0.5}, {"window_seconds": 29}])
def test_the_database_refuses_thresholds_that_cannot_be(rule: Rule, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Rule.objects.filter(pk=rule.pk).update(**values)


def test_what_was_not_asked_for_is_not_approved(rule: Rule, now: datetime) -> None:
    with pytest.raises(Conflict, match=f"Propose it first: `aiops rules propose {rule.slug}`"):
        changing.approve(rule, by=BEN, at=now)


def test_what_somebody_changed_meanwhile_is_not_changed_unseen(rule: Rule, now: datetime) -> None:
    changing.ask(rule, by=ANN, version=rule.version, at=now)
    with pytest.raises(Conflict, match="since you looked"):
        changing.turn_off(rule, by=BEN, version=rule.version, at=now)


def test_going_live_forgets_what_was_seen_in_shadow(rule: Rule, now: datetime) -> None:
    world = World(now)
    world.look(BAD, BAD)
    changing.ask(rule, by=ANN, at=world.at)
    changing.approve(rule, by=BEN, at=world.at)
    assert [trip.ended for trip in Trip.objects.all()] == ["the rule went live"]
    world.look(BAD)
    assert world.stop() is None
    world.look(BAD)
    assert world.the_stop().origin == "rule"


def test_a_rule_in_shadow_again_leaves_its_stop_to_its_end(operator: Tenant, now: datetime) -> None:
    rule, world = a_live_rule(at=now), World(now)
    world.look(BAD, BAD)
    changing.to_shadow(rule, by=ANN, at=world.at)
    world.look(BAD, BAD, BAD)
    stop = world.the_stop()
    assert (stop.version, stop.expires_at is not None, Watch.objects.filter(trip__shadow=False).count()) == (1, True, 0)


def test_changed_thresholds_put_a_live_rule_back_to_shadow(operator: Tenant, now: datetime) -> None:
    rule = a_live_rule(at=now)
    changed = changing.change_limits(rule, {"trip": 0.3, "min_calls": 50}, by=ANN, at=now)
    assert (changed.state, changed.trip, changed.min_calls, changed.approved_by_id) == ("shadow", 0.3, 50, "")
    entry = AuditEntry.objects.filter(action="rule.changed").get()
    assert '"trip":[0.5,0.3]' in (entry.payload or "")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"trip": 1001.0}, "trip"),
        ({"clear": 0.5}, "clear"),
        ({"clear": -0.1}, "clear"),
        ({"window_seconds": 20}, "window_seconds"),
        ({"window_seconds": 901}, "window_seconds"),
        ({"min_calls": 19}, "min_calls"),
        ({"min_callers": 2}, "min_callers"),
        ({"mode": "read_only"}, "mode"),
        ({"min_usd_a_minute": Decimal(1)}, "min_usd_a_minute"),
    ],
)
def test_thresholds_that_cannot_be_are_refused_in_words(
    rule: Rule, now: datetime, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        changing.change_limits(rule, values, by=ANN, at=now)
    assert refused.value.field == field
    rule.refresh_from_db()
    assert rule.version == 1


def test_nothing_changed_is_no_change(rule: Rule, now: datetime) -> None:
    with pytest.raises(Conflict, match="like that already"):
        changing.change_limits(rule, {"trip": 0.5}, by=ANN, at=now)


@pytest.fixture
def engineers(client: Client, engineer: User) -> Client:
    client.force_login(engineer)
    return client


MOVE = reverse("killswitch:rule-move", args=["model-fails"])
LIMITS = reverse("killswitch:rule-limits", args=["model-fails"])
DETAIL = reverse("killswitch:rule-detail", args=["model-fails"])
FORM = {"trip": "50", "clear": "10", "window_seconds": "30", "min_calls": "20", "min_callers": "3", "mode": "refuse"}


def test_the_page_asks_and_another_approves(engineers: Client, rule: Rule, admin: User) -> None:
    asked = engineers.post(MOVE, {"to": "asked", "version": "1"}, follow=True).content.decode()
    assert "It waits for somebody else" in asked
    assert "Approve" not in asked
    assert engineers.post(MOVE, {"to": "live", "version": "2"}).status_code == 403
    engineers.force_login(admin)
    live = engineers.post(MOVE, {"to": "live", "version": "2"}, follow=True).content.decode()
    assert "Model fails is live" in live


def test_the_page_offers_no_approval_to_whose_key_asked(
    engineers: Client, rule: Rule, operator: Tenant, engineer: User, admin: User, now: datetime
) -> None:
    changing.ask(rule, by=of_key(operator, actor_of(engineer)), at=now)
    own = engineers.get(DETAIL).content.decode()
    assert ("It waits for somebody else" in own, "Approve" in own) == (True, False)
    engineers.force_login(admin)
    assert "Approve" in engineers.get(DETAIL).content.decode()


def test_the_page_shows_a_stop_with_its_evidence_and_stage(engineers: Client, rule: Rule, now: datetime) -> None:
    changing.ask(rule, by=ANN, at=now)
    changing.approve(rule, by=BEN, at=now)
    World(now).look(BAD, BAD)
    page = engineers.get(DETAIL).content.decode()
    assert "38 of 40 calls failed within 30 s, of 8 callers" in page
    assert "off, since" in page
    listed = engineers.get(reverse("killswitch:rule-list")).content.decode()
    assert "<b>1</b> stop in 7 days" in listed


def test_in_shadow_the_page_says_what_would_have_been(engineers: Client, rule: Rule, now: datetime) -> None:
    World(now).look(BAD, BAD)
    assert "Would have stopped gpt-4o" in engineers.get(DETAIL).content.decode()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"clear": "60"}, "It has to be less than where it trips"),
        ({"min_calls": "5"}, "5 is not allowed. Allowed: 20 to"),
        ({"trip": "much"}, "Enter a number."),
        ({"mode": "read_only"}, "Choose one of these."),
    ],
)
def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(
    engineers: Client, rule: Rule, values: dict[str, str], told: str
) -> None:
    answer = engineers.post(LIMITS, FORM | values)
    page = answer.content.decode()
    assert (answer.status_code, told in page) == (422, True)
    assert f'value="{next(iter(values.values()))}"' in page or "mode" in values


def test_the_form_takes_per_cent(engineers: Client, rule: Rule) -> None:
    assert engineers.post(LIMITS, FORM | {"trip": "30"}).status_code == 302
    rule.refresh_from_db()
    assert rule.trip == 0.3


def test_a_share_of_more_than_all_is_refused(engineers: Client, rule: Rule, now: datetime) -> None:
    answer = engineers.post(LIMITS, FORM | {"trip": "999"})
    assert answer.status_code == 422
    assert "A share of the calls is 0 to 100 per cent." in answer.content.decode()
    with pytest.raises(Invalid):
        changing.change_limits(rule, {"trip": 9.99}, by=ANN, at=now)


def test_who_may_only_read_sees_no_buttons_and_changes_nothing(client: Client, rule: Rule, support: User) -> None:
    client.force_login(support)
    assert "Ask to go live" not in client.get(DETAIL).content.decode()
    assert client.post(MOVE, {"to": "asked"}).status_code == 403
    assert client.post(LIMITS, FORM).status_code == 403


def test_what_a_rule_cannot_become_is_refused(engineers: Client, rule: Rule) -> None:
    assert engineers.post(MOVE, {"to": "gone"}).status_code == 422
    assert engineers.get(MOVE).status_code == 302


def test_trips_as_a_table(engineers: Client, rule: Rule, now: datetime) -> None:
    World(now).look(BAD, BAD)
    answer = engineers.get(reverse("killswitch:rule-csv"))
    lines = b"".join(answer).decode().splitlines()  # type: ignore[call-overload]
    assert lines[1].startswith("rule,at,ended_at")
    assert "model-fails" in lines[2]
    assert "38 of 40 calls failed" in lines[2]
    assert Stop.objects.count() == 0


def test_before_the_first_look_the_page_says_when_rules_come(engineers: Client) -> None:
    assert "No rules yet" in engineers.get(reverse("killswitch:rule-list")).content.decode()


COST_DETAIL = reverse("killswitch:rule-detail", args=["cost-runs-away"])
COST_LIMITS = reverse("killswitch:rule-limits", args=["cost-runs-away"])
COST_FORM = FORM | {"trip": "10", "clear": "3", "window_seconds": "60", "min_usd_a_minute": "0.50"}


def test_the_cost_has_a_floor_in_dollars(engineers: Client, rule: Rule) -> None:
    shown = engineers.get(COST_DETAIL).content.decode()
    assert "when it spends 10 times its usual or more, and at least $0.50 a minute." in shown
    assert 'name="min_usd_a_minute" inputmode="decimal" required maxlength="12" value="0.50"' in shown
    assert "min_usd_a_minute" not in engineers.get(DETAIL).content.decode()


def test_the_floor_is_changed_in_the_form_and_recorded(engineers: Client, rule: Rule) -> None:
    assert engineers.post(COST_LIMITS, COST_FORM | {"min_usd_a_minute": "2.5"}).status_code == 302
    assert Rule.objects.get(slug="cost-runs-away").min_usd_a_minute == Decimal("2.5")
    entry = AuditEntry.objects.filter(action="rule.changed").get()
    assert '"min_usd_a_minute":["0.5","2.5"]' in (entry.payload or "")


@pytest.mark.parametrize(
    ("typed", "told"),
    [("0", "0 is not allowed. Allowed: 0.01 to"), ("much", "Enter dollars."), ("", "Enter dollars."), ("NaN", "Enter")],
)
def test_a_floor_that_is_none_is_refused(engineers: Client, rule: Rule, typed: str, told: str) -> None:
    answer = engineers.post(COST_LIMITS, COST_FORM | {"min_usd_a_minute": typed})
    assert (answer.status_code, told in answer.content.decode()) == (422, True)


def test_the_database_refuses_a_floor_in_dollars_of_what_is_no_cost(rule: Rule) -> None:
    with pytest.raises(IntegrityError, match="rule_counts_dollars_of_cost_only"), transaction.atomic():
        Rule.objects.filter(pk=rule.pk).update(min_usd_a_minute=1)


def test_small_sums_are_told_as_money() -> None:
    evidence = {
        "calls": 20, "callers": 3, "window_seconds": 60, "rate": 411.1,
        "usd_a_minute": "0.000748800", "usual": "0.000001822",
    }  # fmt: skip
    assert "($0.0007, usually $0.0000018)" in telling.saw(Signal.COST, evidence)


def test_a_rule_is_switched_off_not_turned_off(engineers: Client, rule: Rule) -> None:
    assert "Switch the rule off<" in engineers.get(DETAIL).content.decode()
