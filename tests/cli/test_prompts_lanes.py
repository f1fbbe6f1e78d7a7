"""aiops prompts release, rollback and end for a tenant or a share of people; aiops prompts canary."""

from typing import Any

import pytest

from aiops.cli.remote import Console
from prompts.models import PromptVersion, Release
from tenants.models import Feature, Tenant
from tests.cli.conftest import Aiops, printed
from tests.factories import make_tenant
from tests.prompts.factories import go_back, lanes, make_calls_apart, make_release, make_version

IN_PRODUCTION = ("welcome", "--environment", "production")
WHY = ("--override", "It is only a test of the command.")


@pytest.fixture
def versions(operator: Tenant) -> list[PromptVersion]:
    """The first is live."""
    found = [make_version(text) for text in ("one", "two")]
    make_release(found[0])
    return found


def said(aiops: Aiops, *arguments: str) -> str:
    result = aiops("prompts", *arguments)
    assert result.exit_code == 0, result.stderr
    return str(result.stdout).partition(" Revision")[0]


def test_a_canary_says_what_share_is_served_it(aiops: Aiops, versions: list[PromptVersion]) -> None:
    told = said(aiops, "release", *IN_PRODUCTION, "--version", "v2", "--percent", "5", *WHY)
    one, two = (each.hash[:10] for each in versions)
    assert told == f"5% of production are served welcome v2 ({two}); until now {one}, as all others."
    assert lanes() == ("v1", "v2 at 5")


def test_a_canary_in_the_place_of_another_says_what_that_was(aiops: Aiops, versions: list[PromptVersion]) -> None:
    make_release(versions[1], percent=5)
    other, two = make_version("three").hash[:10], versions[1].hash[:10]
    wider = said(aiops, "release", *IN_PRODUCTION, "--version", "v2", "--percent", "25", *WHY)
    assert wider == f"25% of production are served welcome v2 ({two}); until now 5%."
    anew = said(aiops, "release", *IN_PRODUCTION, "--version", "v3", "--percent", "1", *WHY)
    assert anew == f"1% of production are served welcome v3 ({other}); until now 25% were served {two}."


def test_a_canary_of_a_tenants_people_says_what_they_got(
    aiops: Aiops, versions: list[PromptVersion], acme: Tenant
) -> None:
    told = said(aiops, "release", *IN_PRODUCTION, "--version", "v2", "--percent", "5", "--tenant", "acme", *WHY)
    assert told.startswith("5% of acme in production are served welcome v2")
    assert told.endswith(f"until now {versions[0].hash[:10]}, as all others.")


@pytest.mark.parametrize("command", [("rollback",), ("release", "--version", "v3", *WHY), ("end", "--yes")])
def test_whom_a_change_of_everybodys_does_not_reach_is_said(
    aiops: Aiops, versions: list[PromptVersion], acme: Tenant, globex: Tenant, command: tuple[str, ...]
) -> None:
    make_version("three")
    make_release(versions[1])
    make_release(versions[1], tenant=acme)
    make_release(versions[0], tenant=acme, percent=10)
    verb, *options = command
    assert said(aiops, verb, *IN_PRODUCTION, *options).endswith(" acme keeps v2 of its own; 10% of acme keep v1.")


def test_many_that_keep_their_own_are_counted(aiops: Aiops, versions: list[PromptVersion]) -> None:
    for each in range(4):
        make_release(versions[each % 2], tenant=make_tenant(f"tenant-{each}"))
    make_release(versions[1])
    told = said(aiops, "rollback", *IN_PRODUCTION)
    assert told.endswith(" 4 tenants keep versions of their own: v1, v2.")


def test_a_change_of_a_tenants_own_says_nothing_of_others(
    aiops: Aiops, versions: list[PromptVersion], acme: Tenant, globex: Tenant
) -> None:
    make_release(versions[1], tenant=acme)
    make_release(versions[1], tenant=globex)
    assert "keep" not in said(aiops, "end", *IN_PRODUCTION, "--tenant", "acme")


def test_the_way_back_says_that_the_canary_has_ended(aiops: Aiops, versions: list[PromptVersion]) -> None:
    make_release(versions[1], percent=5)
    told = said(aiops, "rollback", *IN_PRODUCTION)
    assert told == "The canary of welcome v2 has ended: all of production get what the others got."


def test_a_tenants_release_rollback_and_end_say_whose_they_are(
    aiops: Aiops, versions: list[PromptVersion], acme: Tenant
) -> None:
    ours = ("--tenant", "acme")
    told = said(aiops, "release", *IN_PRODUCTION, "--version", "v2", *ours, *WHY)
    short = versions[1].hash[:10]
    assert told == f"production serves welcome v2 ({short}) to acme alone; until now what everybody gets."
    ended = "production serves acme no welcome v2 of its own any more: it gets what all get."
    assert said(aiops, "end", *IN_PRODUCTION, *ours) == ended
    assert said(aiops, "rollback", *IN_PRODUCTION, *ours).startswith("production goes back to welcome v2")
    assert said(aiops, "rollback", *IN_PRODUCTION, *ours) == ended


@pytest.mark.parametrize("command", [("rollback",), ("end", "--yes")])
def test_when_somebody_else_was_faster_nothing_is_done_twice(
    aiops: Aiops, versions: list[PromptVersion], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    make_release(make_version("three"))
    make_release(versions[1], percent=5)
    send = Console.post

    def overtaken(console: Console, *arguments: Any, **headers: str) -> Any:
        go_back()
        return send(console, *arguments, **headers)

    monkeypatch.setattr(Console, "post", overtaken)
    verb, *options = command
    refused = aiops("prompts", verb, *IN_PRODUCTION, *options)
    assert (refused.exit_code, lanes()) == (1, ("v3", None))
    assert "the console itself made release 4 of welcome in production at" in refused.stderr
    assert "and you saw release 3." in refused.stderr


@pytest.mark.parametrize(
    "command",
    [("rollback",), ("end", "--yes"), ("release", "--version", "v3", *WHY)],
    ids=["rollback", "end", "release"],
)
def test_who_says_what_they_saw_changes_nothing_else(
    aiops: Aiops, versions: list[PromptVersion], command: tuple[str, ...]
) -> None:
    make_release(versions[1])
    make_version("three")
    verb, *options = command
    refused = aiops("prompts", verb, *IN_PRODUCTION, *options, "--expected", "v1")
    assert (refused.exit_code, lanes()) == (1, ("v2", None))
    assert "production is served v2" in " ".join(refused.stderr.split())
    assert aiops("prompts", verb, *IN_PRODUCTION, *options, "--expected", versions[1].hash).exit_code == 0
    assert lanes() != ("v2", None)


def test_what_was_seen_says_nothing_of_a_release_for_later(aiops: Aiops, versions: list[PromptVersion]) -> None:
    options = ("--version", "v2", "--expected", "v1", "--ask")
    refused = aiops("prompts", "release", *IN_PRODUCTION, *options)
    assert (refused.exit_code, "made now" in refused.stderr) == (2, True)


def test_an_end_for_everybody_asks_first(aiops: Aiops, versions: list[PromptVersion]) -> None:
    no = aiops("prompts", "end", *IN_PRODUCTION, input="n\n")
    assert (no.exit_code, lanes()) == (1, ("v1", None))
    assert "Calls from production that name welcome are then refused" in no.stderr
    yes = aiops("prompts", "end", *IN_PRODUCTION, input="y\n")
    assert "production serves welcome no more; until now v1." in yes.stdout
    assert lanes() == (None, None)


def test_with_json_nobody_can_be_asked(aiops: Aiops, versions: list[PromptVersion]) -> None:
    refused = aiops("prompts", "end", *IN_PRODUCTION, "--json")
    assert (refused.exit_code, Release.objects.count()) == (2, 1)
    assert printed(aiops("prompts", "end", *IN_PRODUCTION, "--json", "--yes"))["release"]["kind"] == "end"


def test_versions_tell_all_who_are_served_each(aiops: Aiops, versions: list[PromptVersion], acme: Tenant) -> None:
    make_release(versions[1], percent=5)
    make_release(versions[1], tenant=acme)
    make_version("three")
    shown = aiops("prompts", "versions", "welcome", terminal_width=200).stdout
    three, two, one = (line.strip() for line in shown.splitlines() if line.strip().startswith("v"))
    assert (three[-1], one.endswith(" production")) == ("—", True)
    assert two.endswith("canary 5%, Acme Robotics’s own")
    found = printed(aiops("prompts", "versions", "welcome", "--json"))
    assert [each["live_in"] for each in found] == [[], [], ["production"]]
    lane = {"environment": "production", "lane": "canary", "tenants": 0, "tenant": None, "percent": 5}
    own = {"environment": "production", "lane": "main", "tenants": 1, "tenant": "acme", "percent": 100}
    assert found[1]["served"] == [lane | {"words": "canary 5%"}, own | {"words": "Acme Robotics’s own"}]


def test_a_canary_is_shown_beside_all_others(aiops: Aiops, versions: list[PromptVersion]) -> None:
    make_release(versions[1], percent=5)
    shown = aiops("prompts", "canary", *IN_PRODUCTION, terminal_width=200).stdout
    assert "5% get v2, all others v1. Calls since 2026-11-2" in shown
    assert ", up to 20" in shown
    assert "Could not measure yet: 0 calls of v2 and 0 of v1; each takes 30." in shown
    assert printed(aiops("prompts", "canary", *IN_PRODUCTION, "--json"))["head"]["calls"] == 0


def test_whose_calls_count_in_neither_is_said(
    aiops: Aiops, versions: list[PromptVersion], acme: Tenant, answers: Feature
) -> None:
    make_calls_apart(versions[1], acme, answers)
    shown = aiops("prompts", "canary", *IN_PRODUCTION).stdout
    assert "Without 1 call of 1 tenant that had a version of its own when they were made." in shown
    assert printed(aiops("prompts", "canary", *IN_PRODUCTION, "--json"))["left_out"] == {"calls": 1, "tenants": 1}


def test_without_a_canary_it_says_so(aiops: Aiops, versions: list[PromptVersion]) -> None:
    result = aiops("prompts", "canary", *IN_PRODUCTION)
    assert (result.exit_code, "welcome has no canary in production." in result.stderr) == (1, True)
