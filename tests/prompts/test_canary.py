"""A version that a share of people gets."""

import json

import pytest

from prompts import services
from prompts.models import PromptVersion, Release
from tenants.models import AuditEntry, Tenant
from tenants.refusals import Conflict, Invalid
from tests.prompts.factories import lanes, make_end, make_release, make_version


@pytest.fixture
def versions(operator: Tenant) -> list[PromptVersion]:
    """The first is live."""
    found = [make_version(text) for text in ("one", "two", "three")]
    make_release(found[0])
    return found


def test_it_stands_beside_what_the_others_get(versions: list[PromptVersion]) -> None:
    released = make_release(versions[1], percent=5)
    assert (released.before, released.before_percent, released.ended) == (versions[0], 100, None)
    assert lanes() == ("v1", "v2 at 5")


def test_beside_nothing_it_is_refused(operator: Tenant) -> None:
    with pytest.raises(Conflict, match="there is nothing to try v1 beside"):
        make_release(make_version(), percent=5)
    assert not Release.objects.exists()


def test_what_is_live_cannot_be_tried(versions: list[PromptVersion]) -> None:
    with pytest.raises(Conflict, match="welcome v1 is what production serves already"):
        make_release(versions[0], percent=5)


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_a_share_that_cannot_be_is_refused(versions: list[PromptVersion], percent: int) -> None:
    with pytest.raises(Invalid, match="must be from 1 to 99 for a canary, or 100 for everybody"):
        make_release(versions[1], percent=percent)


def test_the_share_can_be_raised_and_lowered(versions: list[PromptVersion]) -> None:
    make_release(versions[1], percent=5)
    assert make_release(versions[1], percent=25).before == versions[1]
    assert lanes() == ("v1", "v2 at 25")
    make_release(versions[1], percent=1)
    assert lanes() == ("v1", "v2 at 1")


def test_pressed_twice_it_is_there_once(versions: list[PromptVersion]) -> None:
    make_release(versions[1], percent=5)
    with pytest.raises(Conflict, match="5% of production are served welcome v2 already"):
        make_release(versions[1], percent=5)
    assert Release.objects.canaries().count() == 1


def test_another_takes_its_place(versions: list[PromptVersion]) -> None:
    make_release(versions[1], percent=5)
    assert make_release(versions[2], percent=5).before == versions[1]
    assert lanes() == ("v1", "v3 at 5")


@pytest.mark.parametrize("number", [1, 2])
def test_a_release_to_everybody_ends_it_whichever_it_is(versions: list[PromptVersion], number: int) -> None:
    make_release(versions[1], percent=5)
    released = make_release(versions[number])
    assert (released.before, released.ended and released.ended.version) == (versions[0], versions[1])
    assert lanes() == (f"v{number + 1}", None)


def test_a_release_of_what_is_live_says_that_the_canary_goes_on(versions: list[PromptVersion]) -> None:
    make_release(versions[1], percent=5)
    with pytest.raises(Conflict, match="Its canary, v2, goes on: roll back to end it"):
        make_release(versions[0])
    assert lanes() == ("v1", "v2 at 5")


def test_the_end_of_the_prompt_there_ends_it(versions: list[PromptVersion]) -> None:
    make_release(versions[1], percent=5)
    make_end()
    assert lanes() == (None, None)


def test_it_is_in_its_own_environment_alone(versions: list[PromptVersion]) -> None:
    make_release(versions[0], "staging")
    make_release(versions[1], percent=5)
    assert lanes("staging") == ("v1", None)


def test_it_is_audited_with_both_shares(versions: list[PromptVersion], operator: Tenant) -> None:
    make_release(versions[1], percent=5)
    make_release(versions[1], percent=25)
    entry = AuditEntry.objects.of(operator).latest("seq")
    told = json.loads(entry.payload or "{}")
    assert (entry.action, told["lane"]) == ("prompt.released", "canary")
    assert (told["before"]["percent"], told["after"]["percent"]) == (5, 25)


def test_it_began_with_its_version_and_not_with_its_share(versions: list[PromptVersion]) -> None:
    make_release(versions[2], percent=5)
    first = make_release(versions[1], percent=5).release
    make_release(versions[1], percent=25)
    trial = services.canary(versions[0].prompt, "production")
    assert trial is not None
    assert trial.percent == 25
    assert services.canary_began(trial) == first


def test_tried_again_it_begins_anew(versions: list[PromptVersion]) -> None:
    make_release(versions[1], percent=5)
    make_release(versions[2])
    again = make_release(versions[1], percent=5).release
    assert services.canary_began(again) == again
