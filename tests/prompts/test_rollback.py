import pytest

from prompts import services
from prompts.models import Release
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Tenant
from tenants.refusals import Conflict
from tests.prompts.factories import AT, go_back, lanes, make_end, make_release, make_version


def live(environment: str = "production") -> str | None:
    found = services.live(services.find_prompt("welcome"), environment)
    return str(found.version) if found else None


def back(environment: str = "production", **values: object) -> str:
    prompt = services.find_prompt("welcome")
    released = services.roll_back(prompt, environment=environment, by=SYSTEM, at=AT, **values)  # type: ignore[arg-type]  # as given
    return str(released.release.version)


def test_going_back_twice_goes_back_by_two_and_not_forth_again(operator: Tenant) -> None:
    for text in ("one", "two", "three"):
        make_release(make_version(text))
    assert [back(), back()] == ["v2", "v1"]
    with pytest.raises(Conflict, match="nothing is before it"):
        back()


def test_one_that_was_live_twice_is_gone_back_from_twice(operator: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    for version in (one, two, one):
        make_release(version)
    assert [back(), back()] == ["v2", "v1"]
    with pytest.raises(Conflict, match="nothing is before it"):
        back()


def test_going_back_past_some_takes_them_back_too(operator: Tenant) -> None:
    versions = [make_version(text) for text in ("one", "two", "three")]
    for version in versions:
        make_release(version)
    assert back(to=versions[0]) == "v1"
    with pytest.raises(Conflict, match="nothing is before it"):
        back()


def test_after_going_back_a_newer_one_can_go_live_and_be_taken_back_again(operator: Tenant) -> None:
    for text in ("one", "two"):
        make_release(make_version(text))
    back()
    make_release(make_version("three"))
    assert (live(), back()) == ("v3", "v1")


def test_one_that_was_live_can_be_named(operator: Tenant) -> None:
    versions = [make_version(text) for text in ("one", "two", "three")]
    for version in versions:
        make_release(version)
    assert back(to=versions[0]) == "v1"


def test_one_that_was_never_live_there_cannot(operator: Tenant) -> None:
    make_release(make_version("one"))
    with pytest.raises(Conflict, match="was never live in production"):
        back(to=make_version("two"))


def test_where_nothing_is_released_there_is_nothing_to_go_back_from(operator: Tenant) -> None:
    make_version()
    with pytest.raises(Conflict, match="is not released to staging"):
        back("staging")


def test_a_rollback_is_a_release_of_its_own(operator: Tenant) -> None:
    for text in ("one", "two"):
        make_release(make_version(text))
    back()
    kinds = Release.objects.order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["release", "release", "rollback"]
    assert AuditEntry.objects.of(operator).latest("seq").action == "prompt.rolled_back"


def test_going_back_to_what_is_live_is_refused(operator: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    make_release(one)
    make_release(two)
    with pytest.raises(Conflict, match="welcome v2 is what production serves already"):
        back(to=two)
    assert live() == "v2"


def test_while_a_canary_is_under_way_it_ends_that_alone(operator: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    make_release(one)
    make_release(two, percent=5)
    made = go_back().release
    assert (made.kind, made.lane, made.percent) == (Release.Kind.ROLLBACK, Release.Lane.CANARY, 0)
    assert lanes() == ("v1", None)


def test_pressed_again_after_the_canary_it_goes_back_in_the_main_lane(operator: Tenant) -> None:
    versions = [make_version(text) for text in ("one", "two", "three")]
    make_release(versions[0])
    make_release(versions[1])
    make_release(versions[2], percent=5)
    go_back()
    go_back()
    assert lanes() == ("v1", None)


def test_back_to_what_the_others_get_ends_the_canary_alone(operator: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    make_release(one)
    make_release(two, percent=5)
    assert go_back(to=one).release.is_canary
    assert lanes() == ("v1", None)


def test_back_to_a_version_further_back_ends_the_canary_too(operator: Tenant) -> None:
    versions = [make_version(text) for text in ("one", "two", "three")]
    make_release(versions[0])
    make_release(versions[1])
    make_release(versions[2], percent=5)
    released = go_back(to=versions[0])
    assert (str(released.release.version), released.ended is not None) == ("v1", True)
    assert lanes() == ("v1", None)


def test_what_was_only_tried_in_a_canary_was_never_live(operator: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    make_release(one)
    make_release(two, percent=5)
    with pytest.raises(Conflict, match="was never live in production: release it instead"):
        back(to=two)
    assert lanes() == ("v1", "v2 at 5")


def test_one_that_was_taken_back_can_be_chosen_again_and_gone_back_from(operator: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    make_release(one)
    make_release(two)
    back()
    assert [back(to=two), back()] == ["v2", "v1"]


def test_after_an_end_the_first_step_back_brings_it_again_and_the_next_goes_further(operator: Tenant) -> None:
    one, two = make_version("one"), make_version("two")
    for version in (one, two, one):
        make_release(version)
    make_end()
    assert [back(), back(), back()] == ["v1", "v2", "v1"]
    with pytest.raises(Conflict, match="nothing is before it"):
        back()


def test_a_refused_one_leaves_no_row(operator: Tenant) -> None:
    make_release(make_version("one"))
    with pytest.raises(Conflict, match="nothing is before it"):
        back()
    assert (Release.objects.count(), AuditEntry.objects.filter(action="prompt.rolled_back").count()) == (1, 0)
