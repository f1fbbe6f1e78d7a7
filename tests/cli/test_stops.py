from datetime import datetime, timedelta

import pytest

from aiops.cli.stopping import Mode, Reason
from killswitch import scopes
from killswitch.models import Stop
from killswitch.services.order import REASONS
from tenants import revisions
from tenants.models import Feature, Process, Revision, Role, Tenant
from tests.api.test_stops import make_gateway
from tests.cli.conftest import Aiops, As, printed
from tests.killswitch.factories import BY_GLASS, make_stop

STOP = ("stop", "--tenant", "acme", "--reason", "answers")
LIFT = ("lift", "--tenant", "acme")


def clock(at: datetime) -> str:
    """As this machine's clock shows it."""
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def next_revision() -> int:
    return revisions.number(Revision.Name.STOPS) + 1


def test_a_stop_prints_the_revision_under_which_it_was_committed(aiops: Aiops, acme: Tenant) -> None:
    expected = next_revision()
    result = aiops(*STOP, "--note", "wrong hours")
    assert (result.exit_code, result.stdout) == (
        0,
        f"AI is off for acme. Stop {Stop.objects.get().pk}. Revision {expected}.\n",
    )
    assert Stop.objects.get(tenant=acme).note == "wrong hours"


def test_a_feature_is_stopped_for_a_while(aiops: Aiops, acme: Tenant, drafts: Feature) -> None:
    result = aiops(*STOP, "--feature", "drafts", "--expires", "4h")
    stop = Stop.objects.get(feature=drafts)
    assert stop.expires_at is not None
    assert f"AI is off for drafts of acme until {clock(stop.expires_at)}. Stop {stop.pk}. Revision " in result.stdout
    assert stop.expires_at - stop.made_at == pytest.approx(timedelta(hours=4), abs=timedelta(seconds=5))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--drain", "4s"), "Answers under way may go on for 4 s."),
        (("--new-calls-only",), "Answers under way go on to their end."),
    ],
)
def test_what_calls_under_way_may_is_said(aiops: Aiops, acme: Tenant, asked: tuple[str, ...], told: str) -> None:
    assert f"AI is off for acme. {told} Stop " in aiops(*STOP, *asked).stdout


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--tenant", "", "--feature", "drafts"), "it is given, but empty"),
        (("--feature", "drafts", "--all-tenants", "--tenant", ""), "it is given, but empty"),
        (("--tenant", "acme", "--feature", " "), "it is given, but empty"),
        (("--tenant", "acme", "--expires", "99999d"), "is longer than 366 days"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    aiops: Aiops, acme: Tenant, drafts: Feature, asked: tuple[str, ...], told: str
) -> None:
    refused = aiops("stop", "--reason", "answers", *asked)
    assert (refused.exit_code, told in refused.stderr) == (2, True)
    assert not Stop.objects.exists()


def test_all_times_of_an_answer_are_written_alike(aiops: Aiops, acme: Tenant) -> None:
    first = printed(aiops(*STOP, "--expires", "4h", "--json"))
    joined = printed(aiops(*STOP, "--expires", "4h", "--json"))
    assert joined["before"]["expires_at"] == first["stop"]["expires_at"]


def test_a_stop_in_json_tells_the_stop_and_the_revision(aiops: Aiops, acme: Tenant) -> None:
    told = printed(aiops(*STOP, "--json"))
    assert (told["stop"]["tenant"], told["joined"], told["confirmations"]) == ("acme", False, None)
    assert told["revision"] == Stop.objects.get().revision


def test_a_second_stop_says_that_it_was_off_and_what_holds(aiops: Aiops, acme: Tenant) -> None:
    aiops(*STOP)
    expected = next_revision()
    assert aiops(*STOP).stdout == (
        "AI was off already for acme; this joined that stop. Its reason is answers, as before. "
        "It stays off until someone turns it back on. No note was added. "
        f"Stop {Stop.objects.get().pk}. Revision {expected}.\n"
    )


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (("answers",), ("cost",), "Its reason stays answers; cost went into its history."),
        (("answers",), ("safety",), "Its reason is now safety; it was answers."),
        (("answers",), ("cost", "--note", "bill"), "The note was added to its history."),
        (("answers",), ("cost",), "No note was added."),
        (("answers",), ("cost", "--expires", "1h"), "the first stop has no end, so --expires was not used."),
        (("safety",), ("cost", "--expires", "1h"), "a stop for safety has no end, so --expires was not used."),
        (("safety",), ("cost",), "It stays off until a second person turns it back on."),
        (("answers", "--expires", "4h"), ("cost", "--expires", "1h"), "as before: of two ends the later one holds."),
    ],
)
def test_joining_says_what_now_holds(
    aiops: Aiops, acme: Tenant, first: tuple[str, ...], second: tuple[str, ...], said: str
) -> None:
    aiops("stop", "--tenant", "acme", "--reason", *first)
    assert said in aiops("stop", "--tenant", "acme", "--reason", *second).stdout


def test_a_second_stop_without_an_end_says_that_the_first_ones_is_gone(aiops: Aiops, acme: Tenant) -> None:
    aiops(*STOP, "--expires", "4h")
    ended = Stop.objects.get().expires_at
    assert ended is not None
    said = f"It was to come back on at {clock(ended)}; now it stays off until someone turns it back on."
    assert said in aiops(*STOP).stdout


def test_a_later_end_says_which_one_it_replaces(aiops: Aiops, acme: Tenant) -> None:
    aiops(*STOP, "--expires", "1h")
    first = Stop.objects.get().expires_at
    result = aiops(*STOP, "--expires", "4h")
    second = Stop.objects.get().expires_at
    assert first is not None
    assert second is not None
    assert f"It comes back on at {clock(second)}, not at {clock(first)} as before" in result.stdout


def test_a_lift_prints_the_revision(aiops: Aiops, acme: Tenant) -> None:
    aiops(*STOP)
    expected = next_revision()
    assert aiops(*LIFT).stdout == f"AI is back on for acme. Revision {expected}.\n"
    assert aiops(*LIFT).stdout == f"AI was not off for acme. Revision {expected}.\n"


def test_lifting_a_feature_of_a_tenant_that_is_off_says_what_holds_it_off(
    aiops: Aiops, acme: Tenant, drafts: Feature
) -> None:
    aiops(*STOP)
    said = aiops(*LIFT, "--feature", "drafts").stdout
    assert "AI is off for drafts of acme: it is held off by the stop of all of acme (answers, by test)." in said
    assert "Lift that one with `aiops lift --tenant acme`." in said


def test_lifting_a_features_own_stop_under_a_tenants_says_that_it_stays_off(
    aiops: Aiops, acme: Tenant, drafts: Feature
) -> None:
    aiops(*STOP, "--feature", "drafts")
    aiops("stop", "--tenant", "acme", "--reason", "safety")
    said = aiops(*LIFT, "--feature", "drafts").stdout
    assert "The stop of drafts of acme is lifted, but AI stays off for it: it is held off by" in said
    assert "`aiops lift --tenant acme`, by somebody else than test." in said


def test_one_that_the_glass_joined_takes_two_people(aiops: Aiops, acme: Tenant, drafts: Feature, now: datetime) -> None:
    aiops(*STOP)
    make_stop(acme, by=BY_GLASS, at=now, reason=Stop.Reason.SAFETY)
    said = aiops(*LIFT, "--feature", "drafts").stdout
    assert (
        "`aiops lift --tenant acme`, which takes two people: one reviews it, another lifts it in the browser." in said
    )


def test_lifting_a_tenant_names_the_features_that_stay_off(
    aiops: Aiops, acme: Tenant, answers: Feature, drafts: Feature
) -> None:
    aiops(*STOP)
    aiops(*STOP, "--feature", "drafts")
    aiops(*STOP, "--feature", "answers")
    said = aiops(*LIFT).stdout
    assert said.startswith("AI is back on for acme as a whole. Still off by a stop of its own: answers (answers);")
    assert "Still off by a stop of its own: drafts (answers); `aiops lift --tenant acme --feature drafts`." in said


def test_lifting_a_tenant_of_which_features_alone_are_off_names_them(
    aiops: Aiops, acme: Tenant, drafts: Feature
) -> None:
    aiops(*STOP, "--feature", "drafts")
    assert "AI was not off for acme as a whole. Still off by a stop of its own: drafts" in aiops(*LIFT).stdout


def test_waiting_ends_when_every_process_has_confirmed(aiops: Aiops, acme: Tenant) -> None:
    make_gateway("gateway-1", stops_revision=next_revision())
    result = aiops(*STOP, "--wait")
    assert result.exit_code == 0
    assert "1 of 1 processes confirmed" in result.stdout


def test_waiting_without_a_gateway_ends_at_once(aiops: Aiops, acme: Tenant) -> None:
    assert "No gateway is running" in aiops(*STOP, "--wait").stdout


def test_waiting_gives_up_with_code_3_and_names_the_laggards(aiops: Aiops, acme: Tenant) -> None:
    make_gateway("gateway-1", stops_revision=0)
    lost = make_gateway("gateway-2", stops_revision=0)
    Process.objects.filter(pk=lost.pk).update(seen_at=datetime(2020, 1, 1).astimezone())
    result = aiops(*STOP, "--wait", "--timeout", "0")
    assert result.exit_code == 3
    assert "only 0 of 2 processes" in result.stderr
    assert "gateway-1 (late), gateway-2 (no contact)" in result.stderr
    assert "AI is off for acme." in result.stdout


def test_waiting_for_a_lift_tells_the_confirmations_in_json(aiops: Aiops, acme: Tenant) -> None:
    aiops(*STOP)
    make_gateway("gateway-1", stops_revision=next_revision())
    told = printed(aiops(*LIFT, "--wait", "--json"))
    assert (told["lifted"], told["confirmations"]["confirmed"]) == (True, 1)


def test_what_is_off_is_listed(aiops: Aiops, acme: Tenant, globex: Tenant) -> None:
    aiops(*STOP)
    aiops("stop", "--tenant", "globex", "--reason", "cost")
    aiops(*LIFT)
    assert [stop["tenant"] for stop in printed(aiops("stops", "--json"))] == ["globex"]
    assert [stop["tenant"] for stop in printed(aiops("stops", "--all", "--json"))] == ["globex", "acme"]
    shown = aiops("stops").stdout
    assert ("globex" in shown, str(Stop.objects.active().get().pk) in shown, "held" in shown) == (True, True, False)
    assert printed(aiops("stops", "--tenant", "acme", "--json")) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Nothing is off.\n"),
        (("--tenant", "acme"), "Nothing is off for acme.\n"),
        (("--all",), "Nothing has ever been off.\n"),
    ],
)
def test_nothing_off_is_said_in_a_sentence(aiops: Aiops, acme: Tenant, arguments: tuple[str, ...], said: str) -> None:
    assert aiops("stops", *arguments).stdout == said


def test_the_reasons_are_those_of_the_console() -> None:
    assert {str(reason) for reason in Reason} == {*REASONS}
    assert {str(mode) for mode in Mode} == set(map(str, scopes.Mode))


def test_an_unknown_tenant_is_answered_with_near_ones(aiops: Aiops, acme: Tenant) -> None:
    result = aiops("stop", "--tenant", "acmee", "--reason", "cost")
    assert result.exit_code == 1
    assert "no tenant 'acmee'" in result.stderr
    assert "Did you mean acme?" in result.stderr


def test_a_careful_stop_needs_a_second_person(aiops: Aiops, acme: Tenant) -> None:
    aiops("stop", "--tenant", "acme", "--reason", "safety")
    result = aiops(*LIFT)
    assert result.exit_code == 1
    assert "a second person has to turn it back on, in person or with a key that they made." in result.stderr
    assert "This token may not do that." not in result.stderr


@pytest.mark.parametrize("arguments", [STOP, LIFT])
def test_who_may_not_is_told_so(aiops: Aiops, as_role: As, acme: Tenant, arguments: tuple[str, ...]) -> None:
    as_role(Role.MANAGER)
    result = aiops(*arguments)
    assert result.exit_code == 1
    assert "This token may not do that." in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("stop", "--tenant", "acme"),
        ("stop", "--reason", "cost"),
        ("stop", "--tenant", "acme", "--reason", "fun"),
        ("stop", "--tenant", "acme", "--reason", "automatic"),
        ("stop", "--tenant", "acme", "--reason", "cost", "--expires", "soon"),
        ("stop", "--tenant", "acme", "--reason", "cost", "--expires", "0h"),
        ("lift",),
        ("lift", "--tenant", "acme", "--reason", "cost"),
    ],
)
def test_wrong_usage_has_exit_code_2(aiops: Aiops, acme: Tenant, arguments: tuple[str, ...]) -> None:
    assert aiops(*arguments).exit_code == 2
    assert not Stop.objects.exists()
