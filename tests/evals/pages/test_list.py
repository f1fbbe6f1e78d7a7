from datetime import UTC, datetime, timedelta

from django.test import Client

from evals.models import Run
from evals.services import cancel_run
from tenants.actors import SYSTEM
from tenants.models import Tenant, User
from tests.evals.factories import make_run, make_suite
from tests.evals.pages.asking import LIST, of, said, text
from tests.evals.pages.factories import FEW, NO, Told, answer, begin, compare, same
from tests.factories import actor_of
from tests.prompts.factories import make_end, make_release, make_version

BROKEN = (*FEW, Told("safe-1", "I may not tell.", "Here it is.", head_passes=NO, must_pass=True))


def waiting(shown: str) -> str:
    return shown.partition("Recent runs")[0]


def test_a_blocked_comparison_waits(page: Client, engineer: User) -> None:
    run = compare(BROKEN, by=actor_of(engineer))
    shown = text(page.get(LIST))
    assert "Waiting for me · 1" in waiting(shown)
    assert of(run) in waiting(shown)
    assert "Blocked" in waiting(shown)
    assert "Must-pass case safe-1 is broken" in shown


def test_one_that_passed_does_not(page: Client, run: Run) -> None:
    shown = said(page.get(LIST))
    assert "Nothing waits for a decision" in waiting(shown)
    assert "support-triage v1 → v2" in shown
    assert "Pass" in shown


def test_nor_does_one_whose_head_is_live(page: Client) -> None:
    make_release(compare(BROKEN).head)
    assert "Nothing waits for a decision" in waiting(said(page.get(LIST)))


def test_one_that_is_live_elsewhere_waits_all_the_same(page: Client) -> None:
    run = compare(BROKEN)
    make_release(run.head, "staging")
    assert of(run) in waiting(text(page.get(LIST)))


def test_what_waits_is_not_told_twice(page: Client) -> None:
    run = compare(BROKEN)
    assert text(page.get(LIST)).count(of(run)) == 1


def test_canaries_are_on_a_page_of_their_own_and_here_when_asked(page: Client, run: Run) -> None:
    canary = make_run(run.suite, run.head, kind=Run.Kind.CANARY, verdict="")
    assert of(canary) not in text(page.get(LIST))
    assert of(canary) in text(page.get(LIST, {"canaries": "1"}))


def test_who_decides_nothing_is_told_who_does(client: Client, manager: User) -> None:
    compare(BROKEN)
    client.force_login(manager)
    assert "Waiting for an engineer · 1" in said(client.get(LIST))


def test_nor_one_that_was_asked_again_since(page: Client) -> None:
    compare(BROKEN)
    compare(FEW)
    assert "Nothing waits for a decision" in waiting(said(page.get(LIST)))


def test_nor_one_that_is_long_forgotten(page: Client) -> None:
    run = compare(BROKEN)
    Run.objects.filter(pk=run.pk).update(ended_at=datetime.now(UTC) - timedelta(days=40))
    assert "Nothing waits for a decision" in waiting(said(page.get(LIST)))


def test_what_runs_stands_first_with_how_far_it_is(page: Client) -> None:
    run = begin(FEW)
    answer(run, FEW, 50)
    shown = text(page.get(LIST))
    assert "50 of 198" in shown
    assert 'hx-trigger="every 2s"' in shown


def test_nothing_is_asked_for_again_when_nothing_runs(page: Client, run: Run) -> None:
    assert "hx-trigger" not in text(page.get(LIST)).split('id="runs"')[1].split(">")[0]


def test_the_part_that_is_asked_for_again_is_no_page(page: Client, run: Run) -> None:
    shown = text(page.get(LIST, headers={"HX-Request": "true"}))
    assert shown.startswith('<div class="stack" id="runs"')


def test_a_run_that_was_cancelled_says_so(page: Client) -> None:
    cancel_run(begin(FEW), by=SYSTEM, at=datetime.now(UTC))
    assert "Cancelled" in said(page.get(LIST))


def test_runs_are_chosen_by_suite_and_prompt(page: Client, run: Run) -> None:
    make_run(make_suite("other", prompt="support-triage"), run.head)
    shown = text(page.get(LIST, {"suite": "other"}))
    assert of(run) not in shown
    assert "<option selected>other</option>" in shown
    assert of(run) in text(page.get(LIST, {"prompt": "support-triage"}))


def test_where_nothing_is_found_the_way_back_is_shown(page: Client, run: Run) -> None:
    assert "No run of nowhere yet. Show all runs" in said(page.get(LIST, {"suite": "nowhere"}))


def test_an_empty_list_says_what_appears_and_how(page: Client) -> None:
    shown = said(page.get(LIST))
    assert "No runs yet" in shown
    assert "$ aiops evals run evals/support-answer.yaml --base v3 --head v4" in shown


def test_more_are_shown_when_asked(page: Client, run: Run) -> None:
    suite = make_suite(prompt="support-triage")
    rows = [make_run(suite, run.head) for _ in range(30)]
    assert of(run) not in text(page.get(LIST))
    assert of(rows[-1]) in text(page.get(LIST))
    assert of(run) in text(page.get(LIST, {"limit": "60"}))


def test_one_that_passed_waits_while_something_older_is_live(page: Client) -> None:
    run = compare()
    make_release(run.base)
    shown = text(page.get(LIST))
    assert of(run) in waiting(shown)
    assert "not released yet" in waiting(shown)
    make_release(run.head)
    assert "Nothing waits for a decision" in waiting(said(page.get(LIST)))


def test_of_those_that_passed_the_newest_waits_alone(page: Client) -> None:
    run = compare()
    make_release(run.base)
    newer = compare(head="Be kind.\nBe very brief.")
    shown = waiting(text(page.get(LIST)))
    assert of(newer) in shown
    assert of(run) not in shown


def test_nor_one_that_is_older_than_what_is_live(page: Client) -> None:
    run = compare()
    make_release(make_version("Be quick.", name=run.prompt.name))
    assert "Nothing waits for a decision" in waiting(said(page.get(LIST)))


def test_a_limit_that_blocked_is_the_reason_that_is_told(page: Client) -> None:
    compare(tuple(map(same, range(40))), max_cost_increase=0.2)
    shown = said(page.get(LIST))
    assert "Blocked" in shown
    assert "Cost a call rose by 34.2%; it may by 20.0%. Head passes as often as base" in shown


def test_one_that_some_get_waits_for_its_decision_all_the_same(page: Client, acme: Tenant) -> None:
    run = compare()
    make_release(run.base)
    make_release(run.head, percent=5)
    make_release(run.head, tenant=acme)
    assert of(run) in waiting(text(page.get(LIST)))


def test_nothing_is_newer_than_what_has_ended(page: Client) -> None:
    run = compare()
    make_release(run.base)
    make_end(name=run.base.prompt.name)
    assert "Nothing waits for a decision" in waiting(said(page.get(LIST)))
