from datetime import UTC, datetime

import pytest

from gateway.models import Model, Provider
from killswitch.models import Drill, Stop
from tenants.models import Feature, Role, Tenant
from tests.cli.conftest import Aiops, As, printed
from tests.integrations.factories import make_connection
from tests.prompts.factories import make_version

TARGETS = {
    "tenant": (("--tenant", "acme"), "acme"),
    "tenant_feature": (("--tenant", "acme", "--feature", "answers"), "answers of acme"),
    "feature": (("--feature", "answers", "--all-tenants"), "answers of everyone"),
    "connection": (("--tenant", "acme", "--connection", "erp"), "connection erp of acme"),
    "user": (("--tenant", "acme", "--user", "ann"), "user (forgotten) of acme"),
    "provider": (("--provider", "openai"), "provider openai"),
    "model": (("--model", "gpt-test"), "model gpt-test"),
    "prompt_version": (("--prompt", "welcome@v1"), "prompt welcome@v1"),
    "global": (("--everything",), "everyone"),
}


@pytest.fixture
def there(acme: Tenant, answers: Feature) -> None:
    provider = Provider.objects.create(slug="openai", name="OpenAI", base_url="https://x.example/v1")
    Model.objects.create(slug="gpt-test", provider=provider, upstream="gpt-test")
    make_version()
    make_connection(acme, "http://127.0.0.1:9")


@pytest.mark.parametrize("scope", TARGETS)
def test_it_is_stopped_listed_and_lifted(aiops: Aiops, there: None, scope: str) -> None:
    options, called = TARGETS[scope]
    yes = ("--yes",) if scope == "global" else ()
    assert f"AI is off for {called}. " in aiops("stop", *options, *yes, "--reason", "looking").stdout
    stop = Stop.objects.get()
    assert (stop.scope, stop.origin) == (scope, "cli")
    assert called in aiops("stops").stdout
    assert "AI is back on for " in aiops("lift", *options, *yes).stdout


@pytest.mark.parametrize("scope", TARGETS)
def test_it_is_lifted_by_its_id(aiops: Aiops, there: None, scope: str) -> None:
    options, called = TARGETS[scope]
    yes = ("--yes",) if scope == "global" else ()
    aiops("stop", *options, *yes, "--reason", "looking")
    assert aiops("lift", str(Stop.objects.get().pk), *yes).stdout.startswith(f"AI is back on for {called}.")


def test_everything_is_asked_about_with_what_it_would_end(aiops: Aiops, there: None) -> None:
    refused = aiops("stop", "--everything", "--reason", "safety", input="n\n")
    assert refused.exit_code == 1
    assert "0.0 calls a minute" in refused.stderr
    assert not Stop.objects.exists()
    assert aiops("stop", "--everything", "--reason", "safety", input="y\n").exit_code == 0
    assert Stop.objects.get().scope == "global"


def test_turning_everything_back_on_asks_and_tells_who_turned_it_off(aiops: Aiops, there: None) -> None:
    aiops("stop", "--everything", "--yes", "--reason", "cost", "--note", "Runaway agent")
    refused = aiops("lift", "--everything", input="n\n")
    assert (refused.exit_code, "cost: Runaway agent" in refused.stderr) == (1, True)
    assert Stop.objects.get().state == "active"
    unasked = aiops("lift", "--everything", "--json", env={"COLUMNS": "300"})
    assert (unasked.exit_code, "needs --yes" in unasked.stderr) == (2, True)
    assert printed(aiops("lift", "--everything", "--yes", "--json"))["lifted"] is True


def test_so_does_the_id_of_the_stop_over_everything(aiops: Aiops, there: None) -> None:
    aiops("stop", "--everything", "--yes", "--reason", "cost")
    stop = str(Stop.objects.get().pk)
    assert aiops("lift", stop, input="n\n").exit_code == 1
    assert aiops("lift", stop, "--json").exit_code == 2
    assert Stop.objects.get().state == "active"
    assert aiops("lift", stop, input="y\n").exit_code == 0
    assert Stop.objects.get().state == "lifted"


def test_turning_everything_back_on_that_is_not_off_asks_nobody(aiops: Aiops, there: None) -> None:
    assert aiops("lift", "--everything").stdout.startswith("AI was not off for everyone.")


def test_nobody_turns_everything_back_on_who_may_not(aiops: Aiops, as_role: As, there: None) -> None:
    aiops("stop", "--everything", "--yes", "--reason", "cost")
    as_role(Role.MANAGER)
    assert aiops("lift", "--everything", "--yes").exit_code == 1
    assert Stop.objects.get().state == "active"


def test_mode_message_and_calls_under_way_are_as_asked(aiops: Aiops, there: None) -> None:
    said = aiops("stop", "--model", "gpt-test", "--reason", "answers", "--mode", "handoff", "--drain", "30s",
                 "--message", "Ann takes over.").stdout  # fmt: skip
    stop = Stop.objects.get()
    assert (stop.mode, stop.in_flight, stop.drain_seconds, stop.message) == ("handoff", "drain", 30, "Ann takes over.")
    assert "Callers are told to bring in a person." in said


def test_calls_under_way_can_be_left_alone(aiops: Aiops, there: None) -> None:
    aiops("stop", "--model", "gpt-test", "--reason", "answers", "--new-calls-only")
    assert Stop.objects.get().in_flight == "new_only"


def test_joining_says_that_the_stricter_holds(aiops: Aiops, there: None) -> None:
    aiops("stop", "--model", "gpt-test", "--reason", "answers", "--mode", "canned")
    said = aiops("stop", "--model", "gpt-test", "--reason", "answers", "--new-calls-only").stdout
    assert "Its mode is now refuse; it was canned." in said
    assert "Of calls under way the stricter holds: cut." in said


def test_lifting_names_whatever_wider_keeps_it_off(aiops: Aiops, there: None) -> None:
    aiops("stop", "--everything", "--yes", "--reason", "cost")
    aiops("stop", "--tenant", "acme", "--reason", "cost")
    said = aiops("lift", "--tenant", "acme").stdout
    assert (
        "it is held off by the stop of everyone (cost, by test). Lift that one with `aiops lift --everything`" in said
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "name one target"),
        (("--tenant", "acme", "--model", "gpt-test"), "are more than one target"),
        (("--provider", "openai", "--model", "gpt-test"), "are more than one target"),
        (("--everything", "--model", "gpt-test"), "are more than one target"),
        (("--feature", "answers"), "--all-tenants"),
        (("--connection", "erp"), "say of which --tenant"),
        (("--tenant", "acme", "--feature", "answers", "--user", "ann"), "are more than one target"),
        (("--all-tenants",), "goes with --feature"),
        (("--tenant", "acme", "--feature", "answers", "--all-tenants"), "goes with --feature"),
        (("--model", "gpt-test", "--drain", "30s", "--new-calls-only"), "exclude each other"),
        (("--model", "gpt-test", "--drain", "soon"), "is not a span"),
        (("--model", "gpt-test", "--mode", "off"), "is not one of"),
        (("--everything", "--json"), "needs --yes"),
    ],
)
def test_what_is_no_one_target_is_refused_before_anything_is_sent(
    aiops: Aiops, there: None, options: tuple[str, ...], told: str
) -> None:
    result = aiops("stop", "--reason", "cost", *options, env={"COLUMNS": "300"})
    assert (result.exit_code, told in result.stderr) == (2, True)
    assert not Stop.objects.exists()


@pytest.mark.parametrize("options", [("x",), (f"{'0' * 8}-0000-0000-0000-000000000000", "--tenant", "acme")])
def test_a_lift_takes_an_id_or_a_target(aiops: Aiops, there: None, options: tuple[str, ...]) -> None:
    assert aiops("lift", *options).exit_code == 2


def test_somebody_else_reviews_what_is_due(aiops: Aiops, as_role: As, there: None) -> None:
    aiops("stop", "--everything", "--yes", "--reason", "safety")
    stop = str(Stop.objects.get().pk)
    assert aiops("stops", "--due").stdout == "No stop is due for review.\n"
    own = aiops("review", stop, "--note", "Fine.")
    assert (own.exit_code, "somebody else reviews it" in own.stderr) == (1, True)
    as_role(Role.SUPPORT)
    said = aiops("review", stop, "--note", "Stays.", "--again", "7d").stdout
    assert said.startswith("Reviewed: everyone stays off. It comes up for review again at ")
    assert printed(aiops("review", stop, "--note", "Stays.", "--json"))["review_at"] is None


def test_an_engineer_is_told_what_a_stop_needs(aiops: Aiops, as_role: As, there: None) -> None:
    as_role(Role.ENGINEER)
    assert aiops("stop", "--model", "gpt-test", "--reason", "cost").exit_code == 0
    result = aiops("stop", "--tenant", "acme", "--reason", "cost")
    assert (result.exit_code, "needs switches.change over this tenant" in result.stderr) == (1, True)


def test_a_drill_without_a_gateway_says_so(aiops: Aiops, there: None) -> None:
    result = aiops("drill")
    assert (result.exit_code, "No gateway is running" in result.stderr) == (1, True)


def test_a_drill_that_is_under_way_is_waited_for_by_nobody(aiops: Aiops, there: None) -> None:
    Drill.objects.create(started_at=datetime.now(UTC), started_by="another")
    assert aiops("drill").exit_code == 1
