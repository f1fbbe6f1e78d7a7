"""A rule's looks: the stops it makes, tries and lifts; what it does in shadow; and whom it gives way to."""

from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import connection

from killswitch import scopes, services
from killswitch.guard import Stops
from killswitch.models import Rule, Stop, Trip, Watch
from killswitch.models.stop import StopQuerySet
from killswitch.rules.looking import look_at_all
from killswitch.rules.machine import Observation, Standing
from killswitch.rules.standing import Standings
from killswitch.rules.words import Signal
from killswitch.scopes import InFlight
from killswitch.snapshot import read
from killswitch.targets import Target
from tenants.models import AuditEntry, Feature, Tenant
from tenants.refusals import Conflict, Invalid, NotAllowed
from tests.killswitch.factories import stop_at
from tests.killswitch.rules.factories import (
    ANN,
    BAD,
    BEN,
    EVERY,
    FEW_BAD,
    FEW_GOOD,
    GOOD,
    MINUTE,
    World,
    a_live_rule,
    a_rule,
    kinds,
    many,
    stages,
    trips,
)

ROAD = scopes.road_keys("openai", "gpt-4o")


@pytest.fixture
def world(operator: Tenant, now: datetime) -> World:
    return World(now)


@pytest.fixture
def rule(world: World) -> Rule:
    return a_live_rule(at=world.at)


def guard() -> Stops:
    """What a process knows that has just read."""
    return read().as_stops()


def test_a_failing_model_is_stopped_at_the_second_look(world: World, rule: Rule) -> None:
    world.look(BAD)
    assert world.stop() is None
    world.look(BAD)
    stop = world.the_stop()
    assert (stop.origin, stop.reason, stop.mode, stop.in_flight) == ("rule", "automatic", "refuse", InFlight.NEW_ONLY)
    assert (stop.made_by_kind, stop.made_by_label) == ("rule", "Model fails")
    assert stop.expires_at == world.at + timedelta(hours=1, minutes=1)
    assert stop.note == "Model fails: 38 of 40 calls failed within 30 s, of 8 callers."
    assert guard().find(ROAD) is not None


def test_the_evidence_is_with_the_stop_the_trip_and_the_audit_entry(world: World, rule: Rule) -> None:
    world.look(BAD, BAD)
    event = world.the_stop().events.get()
    [trip] = trips(rule)
    expected = {"calls": 40, "bad": 38.0, "rate": 0.95, "callers": 8, "sample": ["call-1", "call-2"], "trip": 0.5}
    assert event.evidence.items() >= {**expected, "window_seconds": 30, "rule": "model-fails"}.items()
    assert (trip.evidence, trip.stop, trip.shadow) == (event.evidence, world.the_stop(), False)
    entry = AuditEntry.objects.filter(action="stop.made").get()
    assert (entry.actor_kind, '"calls":40' in (entry.payload or "")) == ("rule", True)


@pytest.mark.parametrize("few", [Observation(19, 19, 9, 1.0), Observation(400, 400, 2, 1.0)])
def test_few_calls_or_callers_stop_nothing(world: World, rule: Rule, few: Observation) -> None:
    world.look(few, few, few)
    assert (world.stop(), stages(rule)) == (None, [])


def test_it_tries_a_share_then_more_then_lifts(world: World, rule: Rule) -> None:
    world.look(BAD, BAD)
    stop = world.the_stop()
    world.look(Observation(), every=MINUTE)
    assert (world.the_stop().admits, stages(rule)) == (5, ["trying_5"])
    assert (guard().find(ROAD, draw=4), guard().find(ROAD, draw=5) is None) == (None, False)
    world.look(FEW_GOOD)
    assert world.the_stop().admits == 25
    assert guard().find(ROAD, draw=24) is None
    world.look(FEW_GOOD, *many(FEW_GOOD, 5), every=MINUTE)
    assert world.stop() is None
    assert kinds(stop) == ["made", "admitted", "admitted", "lifted"]
    assert [(trip.ended, trip.ended_at) for trip in trips(rule)] == [("cleared", world.at)]


def test_a_trial_counts_everything_since_it_began(world: World, rule: Rule) -> None:
    world.look(BAD, BAD)
    world.look(Observation(), every=MINUTE)
    began = world.at
    world.look(Observation(2, 0, 2, 0.0), every=MINUTE)
    assert (world.asked[-1].since, world.asked[-1].fewest) == (began, 1)


def test_a_trial_tells_what_share_of_the_calls_could_pass(world: World, rule: Rule) -> None:
    world.look(BAD, BAD)
    world.look(Observation(), every=MINUTE)
    world.look(FEW_GOOD, FEW_GOOD)
    assert [asked.percent for asked in world.asked if asked.fewest == 1] == [5, 25]


def test_in_shadow_all_calls_pass_on_trial(world: World) -> None:
    a_rule("model-fails", at=world.at)
    world.look(BAD, BAD)
    world.look(Observation(), every=MINUTE)
    world.look(FEW_GOOD, FEW_GOOD)
    assert [asked.percent for asked in world.asked if asked.fewest == 1] == [100, 100]


def test_what_fails_on_trial_is_closed_again_for_longer(world: World, rule: Rule) -> None:
    world.look(BAD, BAD)
    world.look(Observation(), every=MINUTE)
    world.look(FEW_BAD)
    stop = world.the_stop()
    assert (stop.admits, stages(rule)) == (0, ["open"])
    assert stop.expires_at == world.at + timedelta(hours=1, minutes=2)
    assert guard().find(ROAD, draw=0) is not None
    world.look(Observation(), every=MINUTE)
    assert world.the_stop().admits == 0
    world.look(Observation(), every=MINUTE)
    assert world.the_stop().admits == 5


def test_the_third_trip_within_an_hour_is_left_to_people(world: World, rule: Rule) -> None:
    recovery = [Observation(), FEW_GOOD, *many(FEW_GOOD, 6)]
    world.look(BAD, BAD)
    world.look(*recovery, every=MINUTE)
    world.look(BAD, BAD)
    world.look(Observation(), *recovery, every=MINUTE)
    assert world.stop() is None
    world.look(BAD, BAD)
    stop = world.the_stop()
    assert (stop.expires_at, stop.review_at) == (None, world.at + timedelta(hours=1))
    assert (stages(rule), [trip.latched for trip in trips(rule)]) == (["latched"], [False, False, True])
    world.look(*many(FEW_GOOD, 10), every=timedelta(minutes=10))
    assert (world.the_stop().pk, world.the_stop().admits) == (stop.pk, 0)


def test_a_persons_lift_silences_the_rule_for_a_quarter_of_an_hour(world: World, rule: Rule) -> None:
    world.look(BAD, BAD)
    services.lift(world.the_stop(), by=ANN, at=world.at)
    world.look(BAD, BAD, BAD)
    assert (world.stop(), [trip.ended for trip in trips(rule)]) == (None, ["lifted by Ann"])
    world.at += timedelta(minutes=15)
    world.look(BAD, BAD)
    assert world.the_stop().origin == "rule"


def test_a_stop_of_people_is_not_touched(world: World, rule: Rule) -> None:
    stop = stop_at(world.target, by=ANN, at=world.at)
    world.look(BAD, BAD, *many(GOOD, 10), every=MINUTE)
    stop.refresh_from_db()
    assert (stop.state, stop.version, trips(rule)) == ("active", 1, [])


def test_a_stop_that_people_joined_is_theirs(world: World, rule: Rule) -> None:
    world.look(BAD, BAD)
    stop = world.the_stop()
    stop_at(world.target, by=ANN, at=world.at)
    world.look(*many(FEW_GOOD, 20), every=MINUTE)
    stop.refresh_from_db()
    assert (stop.state, stop.admits, kinds(stop)) == ("active", 0, ["made", "joined"])
    assert [trip.ended for trip in trips(rule)] == ["people took it over"]


def test_a_note_takes_nothing_over(world: World, rule: Rule) -> None:
    world.look(BAD, BAD)
    stop = world.the_stop()
    services.note(stop, "Support knows.", by=ANN, at=world.at)
    world.look(Observation(), FEW_GOOD, *many(FEW_GOOD, 6), every=MINUTE)
    assert kinds(stop) == ["made", "joined", "admitted", "admitted", "lifted"]
    assert [trip.ended for trip in trips(rule)] == ["cleared"]


def test_a_stop_whose_time_was_over_is_made_anew_if_it_must(world: World, rule: Rule) -> None:
    world.look(BAD, BAD)
    world.at += timedelta(hours=2)
    services.lift_expired(at=world.at)
    world.look(GOOD)
    assert (world.stop(), [trip.ended for trip in trips(rule)]) == (None, ["its time was over"])
    world.look(BAD, BAD)
    assert world.the_stop().origin == "rule"


def test_who_could_not_look_says_so_and_does_nothing(world: World, rule: Rule) -> None:
    world.look(BAD, None, BAD)
    assert world.stop() is None
    world.look(None)
    rule.refresh_from_db()
    assert (rule.blind, rule.looked_at) == ("The recorder has never reported.", world.at - EVERY)
    world.look(GOOD)
    rule.refresh_from_db()
    assert (rule.blind, rule.looked_at) == ("", world.at)


def test_in_shadow_the_same_is_written_down_and_nothing_stopped(world: World) -> None:
    rule = a_rule("model-fails", at=world.at)
    world.look(BAD, BAD)
    began = world.at
    world.look(Observation(), FEW_GOOD, *many(FEW_GOOD, 6), every=MINUTE)
    [trip] = trips(rule)
    assert (Stop.objects.count(), trip.shadow, trip.stop, trip.at, trip.ended) == (0, True, None, began, "cleared")
    assert trip.evidence["calls"] == 40


def test_in_shadow_what_would_wait_for_a_person_waits_an_hour(world: World) -> None:
    rule = a_rule("model-fails", at=world.at)
    recovery = [Observation(), FEW_GOOD, *many(FEW_GOOD, 6)]
    world.look(BAD, BAD)
    world.look(*recovery, every=MINUTE)
    world.look(BAD, BAD)
    world.look(Observation(), *recovery, every=MINUTE)
    world.look(BAD, BAD)
    assert stages(rule) == ["latched"]
    world.look(GOOD, every=timedelta(hours=1))
    assert [trip.ended for trip in trips(rule)] == ["cleared", "cleared", "its time was over"]


def test_a_rule_that_is_off_does_not_look(world: World, rule: Rule) -> None:
    Rule.objects.all().update(state="off")
    world.look(BAD, BAD)
    assert (world.asked, world.stop(), Trip.objects.count()) == ([], None, 0)


def test_two_rules_of_one_target_do_not_fight(world: World, rule: Rule) -> None:
    values = {"slug": "again", "name": "Again", "signal": "errors", "scope": "model", "changed_at": world.at}
    agreed = {"state": "live", "asked_by_id": "1", "approved_by_id": "2"}
    other = Rule.objects.create(**values, **agreed)
    world.look(BAD, BAD)
    assert [trip.rule_id for trip in Trip.objects.all()] == [other.pk]
    world.look(*many(FEW_GOOD, 9), every=MINUTE)
    assert (world.stop(), Trip.objects.count()) == (None, 1)


def test_a_tenants_feature_is_stopped_and_nothing_else_of_it(
    world: World, acme: Tenant, answers: Feature, drafts: Feature
) -> None:
    rule = a_live_rule("cost-runs-away", at=world.at)
    world.signal, world.target = Signal(rule.signal), Target.of(acme, answers)
    world.look(Observation(40, 40, 8, 12.0), Observation(40, 40, 8, 12.0))
    assert [stop.scope for stop in Stop.objects.active()] == ["tenant_feature"]
    assert guard().find((scopes.tenant_key(acme.pk), scopes.tenant_feature_key(acme.pk, drafts.pk))) is None


def test_a_rule_that_breaks_holds_up_no_other(world: World, rule: Rule, caplog: pytest.LogCaptureFixture) -> None:
    def read(signal: object, scope: object, window: object) -> object:
        raise ZeroDivisionError

    look_at_all(read, at=world.at)  # type: ignore[arg-type]  # that is the point
    assert "rule.broke rule=model-fails" in caplog.text
    world.look(BAD, BAD)
    assert world.stop() is not None


def test_nothing_is_remembered_of_what_is_well(world: World, rule: Rule) -> None:
    world.look(GOOD, BAD, GOOD)
    assert Watch.objects.count() == 0


def test_only_the_rule_that_made_a_stop_may_let_a_share_through(world: World, rule: Rule) -> None:
    world.look(BAD, BAD)
    with pytest.raises(NotAllowed, match="not of that rule"):
        services.admit(world.the_stop(), 5, by=BEN, at=world.at, evidence={})
    assert world.the_stop().admits == 0


def test_a_share_is_not_let_through_a_stop_that_people_changed_meanwhile(world: World, rule: Rule) -> None:
    world.look(BAD, BAD)
    stale = world.the_stop()
    stop_at(world.target, by=ANN, at=world.at)
    with pytest.raises(Conflict, match="a moment ago"):
        services.admit(stale, 5, by=rule.actor, at=world.at, evidence={})


def test_what_somebody_joins_while_a_rule_looks_it_does_not_take_for_its_own(
    world: World, rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.look(BAD, BAD)
    real, joins = StopQuerySet.active, iter([Stop.Reason.SAFETY])

    def joined(rows: StopQuerySet) -> StopQuerySet:
        [stop_at(world.target, by=ANN, at=world.at, reason=reason) for reason in joins]
        return real(rows)

    # Right before the look reads what stands; what it has read before then knows nothing of it.
    watches = list(rule.watches.select_related("trip"))
    monkeypatch.setattr(StopQuerySet, "active", joined)
    found = Standings.of({world.target.key}, watches)
    assert found.of_subject(world.target.key, watches[0], at=world.at) is Standing.PEOPLE


@pytest.mark.parametrize("reason", [Stop.Reason.LOOKING, Stop.Reason.SAFETY])
def test_a_rule_lifts_nothing_that_somebody_joined(world: World, rule: Rule, reason: Stop.Reason) -> None:
    world.look(BAD, BAD)
    joined = stop_at(world.target, by=ANN, at=world.at, reason=reason)
    with pytest.raises(NotAllowed, match="not of that rule"):
        services.admit(joined, 5, by=rule.actor, at=world.at, evidence={})
    with pytest.raises(NotAllowed):
        services.lift(joined, by=rule.actor, at=world.at)
    assert world.the_stop().admits == 0


def test_nor_what_people_or_other_rules_made(world: World, rule: Rule) -> None:
    world.look(BAD, BAD)
    other = a_rule("provider-fails", at=world.at).actor
    for stop, by in ((world.the_stop(), other), (stop_at(Target.model("gpt-5"), by=ANN, at=world.at), rule.actor)):
        with pytest.raises(NotAllowed, match="not of that rule"):
            services.lift(stop, by=by, at=world.at)


def test_a_note_leaves_it_to_the_rule(world: World, rule: Rule) -> None:
    world.look(BAD, BAD)
    services.note(world.the_stop(), "Support knows.", by=ANN, at=world.at)
    assert services.lift(world.the_stop(), by=rule.actor, at=world.at).lifted


@pytest.mark.parametrize("percent", [-1, 100])
def test_a_share_is_between_nothing_and_everything(world: World, rule: Rule, percent: int) -> None:
    world.look(BAD, BAD)
    with pytest.raises(Invalid, match="0 to 99"):
        services.admit(world.the_stop(), percent, by=rule.actor, at=world.at, evidence={})


def test_there_are_never_two_looks_at_once(world: World, rule: Rule) -> None:
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('killswitch:rules', 0))")
        assert look_at_all(world.read, at=world.at) is False
        world.look(BAD, BAD)
        assert world.stop() is None
