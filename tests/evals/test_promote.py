"""What may go live, and what not."""

from datetime import timedelta

import pytest

from evals import services
from evals.models import Run
from evals.services.promoting import NoVerdict
from prompts import services as prompts
from prompts.models import PromptVersion
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Tenant, User
from tenants.refusals import Invalid, NotAllowed
from tests.evals.factories import AT, make_run, make_suite
from tests.factories import actor_of
from tests.prompts.factories import make_release, make_version


@pytest.fixture
def live(operator: Tenant) -> PromptVersion:
    """Served in production."""
    version = make_version("one", suites=["welcome"])
    make_release(version)
    return version


@pytest.fixture
def head(live: PromptVersion) -> PromptVersion:
    return make_version("two", suites=["welcome"])


def promote(version: PromptVersion, *, by: Actor = SYSTEM, override: str = "") -> None:
    services.promote(version, environment="production", override=override, by=by, at=AT)


def served() -> str:
    release = prompts.live(prompts.find_prompt("welcome"), "production")
    return str(release.version) if release else "nothing"


def test_a_green_verdict_against_what_is_live_lets_it_go_live(live: PromptVersion, head: PromptVersion) -> None:
    make_run(make_suite(), head, live)
    promote(head)
    assert served() == "v2"


@pytest.mark.parametrize("verdict", ["blocked", "inconclusive", "could not measure"])
def test_any_other_verdict_does_not(live: PromptVersion, head: PromptVersion, verdict: str) -> None:
    make_run(make_suite(), head, live, verdict=verdict)
    with pytest.raises(NoVerdict, match=f"welcome: its last verdict is {verdict}"):
        promote(head)
    assert served() == "v1"


def test_one_that_is_run_until_it_passes_needs_more_that_pass_than_were_blocked(
    live: PromptVersion, head: PromptVersion
) -> None:
    suite = make_suite()
    for verdict in ("blocked", "blocked", "pass"):
        make_run(suite, head, live, verdict=verdict)
    with pytest.raises(NoVerdict, match="2 of its 3 runs blocked it: 2 more green runs would outweigh that"):
        promote(head)
    make_run(suite, head, live)
    with pytest.raises(NoVerdict, match="2 of its 4 runs blocked it: 1 more green run would"):
        promote(head)
    make_run(suite, head, live)
    promote(head)
    assert served() == "v2"


def test_what_ended_last_counts_whatever_began_last(live: PromptVersion, head: PromptVersion) -> None:
    suite = make_suite()
    make_run(suite, head, live, verdict="inconclusive", ended_at=AT + timedelta(hours=2))
    make_run(suite, head, live, ended_at=AT + timedelta(hours=1))
    with pytest.raises(NoVerdict, match="inconclusive"):
        promote(head)


def test_a_run_that_is_not_over_yet_is_said(live: PromptVersion, head: PromptVersion) -> None:
    make_run(make_suite(), head, live, verdict="", state=Run.State.RUNNING, ended_at=None)
    with pytest.raises(NoVerdict, match="its run is not over yet"):
        promote(head)


def test_beside_a_version_that_was_never_live_says_nothing_of_a_first_release(operator: Tenant) -> None:
    worse, version = make_version("worse", suites=["welcome"]), make_version("one", suites=["welcome"])
    suite = make_suite()
    make_run(suite, version, verdict="blocked")
    make_run(suite, version, worse)
    with pytest.raises(NoVerdict, match="its last verdict is blocked"):
        promote(version)


def test_a_suite_of_a_branch_stands_in_nobodys_way(live: PromptVersion, head: PromptVersion) -> None:
    make_run(make_suite(), head, live)
    make_suite("from-a-branch", candidate=True)
    promote(head)
    assert served() == "v2"


def test_the_last_verdict_counts_and_not_the_best(live: PromptVersion, head: PromptVersion) -> None:
    suite = make_suite()
    make_run(suite, head, live)
    make_run(suite, head, live, verdict="blocked")
    with pytest.raises(NoVerdict):
        promote(head)


def test_a_verdict_on_another_content_says_nothing(live: PromptVersion, head: PromptVersion) -> None:
    make_run(make_suite(), head, live)
    with pytest.raises(NoVerdict, match="has not been run on v3 against v1"):
        promote(make_version("three", suites=["welcome"]))


def test_a_verdict_against_something_that_is_not_live_any_more_says_nothing(
    live: PromptVersion, head: PromptVersion
) -> None:
    suite, third = make_suite(), make_version("three", suites=["welcome"])
    make_run(suite, third, live)
    make_run(suite, head, live)
    promote(head)
    with pytest.raises(NoVerdict, match="against v2, which is live"):
        promote(third)


def test_a_suite_that_has_changed_since_is_run_again(live: PromptVersion, head: PromptVersion) -> None:
    make_run(make_suite(), head, live)
    make_suite(cases=4)
    with pytest.raises(NoVerdict, match="has not been run"):
        promote(head)


def test_what_a_branch_asks_of_a_suite_changes_nothing_for_the_others(live: PromptVersion, head: PromptVersion) -> None:
    suite = make_suite()
    make_run(suite, head, live)
    make_run(make_suite(cases=4, candidate=True), head, live, verdict="blocked")
    promote(head)
    assert served() == "v2"


def test_every_suite_of_the_prompt_has_to_be_green(live: PromptVersion, head: PromptVersion) -> None:
    make_run(make_suite(), head, live)
    make_suite("tone")
    with pytest.raises(NoVerdict, match="tone: it has not been run"):
        promote(head)


def test_a_suite_that_is_named_and_was_never_pushed_is_said(live: PromptVersion, head: PromptVersion) -> None:
    with pytest.raises(NoVerdict, match="welcome: it was never pushed"):
        promote(head)


def test_what_no_suite_judges_does_not_go_live(operator: Tenant) -> None:
    with pytest.raises(NoVerdict, match="nothing judges this prompt"):
        promote(make_version())


def test_a_first_release_needs_a_run_of_its_own(operator: Tenant) -> None:
    version = make_version(suites=["welcome"])
    suite = make_suite()
    with pytest.raises(NoVerdict, match="has not been run on v1 alone"):
        promote(version)
    make_run(suite, version)
    promote(version)
    assert served() == "v1"


def test_a_canary_is_no_verdict(operator: Tenant) -> None:
    version = make_version(suites=["welcome"])
    make_run(make_suite(), version, kind=Run.Kind.CANARY, verdict="")
    with pytest.raises(NoVerdict):
        promote(version)


def test_with_a_reason_it_goes_live_all_the_same_and_the_reason_is_on_record(
    live: PromptVersion, head: PromptVersion, operator: Tenant
) -> None:
    promote(head, override="The old one promises refunds that we do not give.")
    assert served() == "v2"
    assert "promises refunds" in (AuditEntry.objects.of(operator).latest("seq").payload or "")


def test_a_reason_that_says_nothing_is_none(live: PromptVersion, head: PromptVersion) -> None:
    with pytest.raises(Invalid, match="at least 10"):
        promote(head, override="because")


def test_whoever_pushed_it_cannot_override_too(live: PromptVersion, engineer: User, admin: User) -> None:
    mine = make_version("mine", suites=["welcome"], by=actor_of(engineer))
    with pytest.raises(NotAllowed, match="second person"):
        promote(mine, by=actor_of(engineer), override="It is fine, believe me.")
    promote(mine, by=actor_of(admin), override="I have looked at it with her.")
    assert served() == "v2"


def test_a_reason_that_was_not_needed_is_not_kept(live: PromptVersion, head: PromptVersion) -> None:
    make_run(make_suite(), head, live)
    promote(head, override="Only in case it is needed.")
    release = prompts.live(head.prompt, "production")
    assert release is not None
    assert release.override_reason == ""


def test_going_back_needs_no_verdict(live: PromptVersion, head: PromptVersion) -> None:
    promote(head, override="Straight to production, for once.")
    prompts.roll_back(head.prompt, environment="production", by=SYSTEM, at=AT)
    assert served() == "v1"


def test_a_suite_that_is_gone_or_was_renamed_is_told_with_what_to_do(operator: Tenant) -> None:
    version = make_version(suites=["renamed"])
    with pytest.raises(
        NoVerdict, match=r"renamed: it was never pushed\. Push it with .*or take its name out of `suites`"
    ):
        promote(version)
    make_version(suites=[])
    make_run(make_suite(), version)
    version.prompt.refresh_from_db()
    promote(version)
    assert served() == "v1"


def test_a_suite_whose_file_is_gone_judges_on_and_says_how_it_ceases_to(operator: Tenant) -> None:
    version = make_version(suites=["welcome"])
    make_suite("old")
    make_run(make_suite(), version)
    with pytest.raises(NoVerdict, match=r"old: it has not been run .*push it once more without `prompt`"):
        promote(version)
    make_suite("old", prompt="")
    promote(version)
    assert served() == "v1"
