from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client

from evals.models import Run
from evals.services import cancel_run, promote
from prompts.services import roll_back
from tenants.actors import SYSTEM
from tenants.models import User
from tests.evals.pages.asking import of, said, text
from tests.evals.pages.factories import FEW, FIXED, NO, Told, answer, begin, compare, same
from tests.factories import actor_of
from tests.prompts.factories import make_release

SAFE = Told("safe-1", "I may not tell.", "Here it is.", head_passes=NO, must_pass=True)
WORSE = [Told(f"worse-{number}", "Your parcel.", "No.", head_passes=NO) for number in range(12)]
LOST = [Told(f"lost-{number}", "Your parcel.", "", head_passes=(None,)) for number in range(6)]


def test_a_broken_must_pass_case_is_named_and_linked(page: Client) -> None:
    run = compare((*FEW, SAFE))
    answer = page.get(of(run))
    assert "Blocked" in said(answer)
    assert "Worse overall, and 1 must-pass case now fails" in said(answer)
    assert "Must-pass case safe-1 is broken: head passed 0 of 5, base 5 of 5." in said(answer)
    assert '<a href="?case=safe-1#case">safe-1</a>' in text(answer)


def test_a_drop_is_told_with_its_range(page: Client) -> None:
    shown = page.get(of(compare((*WORSE, *map(same, range(20))))))
    assert "37.5 points worse than v1" in said(shown)
    assert "Head is 37.5 points worse (95% between" in said(shown)
    assert 'aria-label="−37.5 points, 95% range' in text(shown)


def test_a_pass_says_that_nothing_got_worse(page: Client, run: Run) -> None:
    shown = said(page.get(of(run)))
    assert "Pass No worse than v1" in shown
    assert "a drop of 5 points is ruled out" in shown


def test_a_pass_that_is_proven_better_says_that(page: Client) -> None:
    better = [Told(f"better-{number}", "No.", "Your parcel.", base_passes=NO) for number in range(12)]
    assert "Better than v1" in said(page.get(of(compare((*better, *map(same, range(20)))))))


def test_too_few_answers_are_no_verdict_on_the_prompt(page: Client) -> None:
    shown = said(page.get(of(compare((*LOST, *map(same, range(6)))))))
    assert "Could not measure Too little could be measured to tell" in shown


def test_a_limit_on_the_cost_blocks_what_is_no_worse(page: Client) -> None:
    shown = said(page.get(of(compare((FIXED, *map(same, range(40))), max_cost_increase=0.2))))
    assert "Blocked No worse than v1, but over a limit" in shown
    assert "Cost a call rose by 34.2%; it may by 20.0%." in shown


def test_five_numbers_go_from_base_to_head(page: Client) -> None:
    shown = said(page.get(of(compare((*FEW, SAFE)))))
    assert "Pass rate 94.1% down 2.9 pts from 97.1%" in shown
    assert "Must-pass group 0 of 1 down 1 from 1" in shown
    assert "Cost per case $0.0051 up 34% from $0.0038" in shown
    assert "Slowest 5% (p95) 2.3 s up 0.4 s from 1.9 s" in shown
    assert "Prompt tokens 2,430 up 34% from 1,812" in shown


def test_what_is_blocked_is_sent_back_or_approved_with_a_reason(page: Client) -> None:
    run = compare((*FEW, SAFE))
    shown = text(page.get(of(run)))
    assert f'href="/prompts/support-triage/release/?version={run.head.hash}">Approve anyway…' in shown
    assert 'popovertarget="send-back">Send back' in shown
    message = shown[shown.index('<textarea id="message"') : shown.index("</textarea>")]
    assert "suite support-triage: blocked." in message
    assert of(run) in message


def test_what_passed_is_released(page: Client, run: Run) -> None:
    shown = text(page.get(of(run)))
    assert "Release v2…" in shown
    assert "Approve anyway" not in shown


def test_what_is_live_needs_neither(page: Client, run: Run) -> None:
    make_release(run.head)
    shown = said(page.get(of(run)))
    assert "v2 is live in production" in shown
    assert "Release v2…" not in shown


def test_what_is_only_live_elsewhere_can_still_go_live(page: Client, run: Run) -> None:
    make_release(run.head, "staging")
    shown = said(page.get(of(run)))
    assert "v2 is live in staging" in shown
    assert "Release v2…" in shown


def test_what_went_live_without_a_verdict_and_came_back_is_told(page: Client) -> None:
    run = compare((*FEW, SAFE))
    assert run.base is not None
    make_release(run.base)
    promote(run.head, environment="production", override="Better than nothing.", by=SYSTEM, at=datetime.now(UTC))
    assert "v2 is live in production , without a green verdict." in said(page.get(of(run)))
    roll_back(run.prompt, environment="production", by=SYSTEM, at=datetime.now(UTC))
    shown = said(page.get(of(run)))
    assert "v2 was live , and is not any more." in shown
    assert "Approve anyway…" in shown


def test_whoever_pushed_it_is_told_that_it_takes_a_second_person(client: Client, engineer: User) -> None:
    client.force_login(engineer)
    shown = said(client.get(of(compare((*FEW, SAFE), by=actor_of(engineer)))))
    assert "You pushed v2: to approve it anyway takes a second person." in shown
    assert "Approve anyway…" not in shown


def test_must_pass_cases_that_are_lost_are_named_beside_a_great_drop(page: Client) -> None:
    lost = [replace(SAFE, key=f"safe-{number}") for number in range(5)]
    shown = said(page.get(of(compare((*lost, *(Told(f"x-{n}", "Yes.", "No.", head_passes=NO) for n in range(40)))))))
    assert "points worse than v1, and 5 must-pass cases now fail" in shown
    assert "5 must-pass cases passed each time on v1 and never on v2: safe-0, safe-1, safe-2 and 2 more." in shown


def test_who_may_not_release_is_not_offered_it(client: Client, support: User, run: Run) -> None:
    client.force_login(support)
    assert "Release v2…" not in said(client.get(of(run)))


def test_one_version_alone_has_no_base(page: Client) -> None:
    shown = said(page.get(of(compare((*FEW, SAFE), alone=True))))
    assert "Blocked Not good enough for a first release" in shown
    assert "Failing 2 Passing 32 All 34" in shown
    assert "Base" not in shown
    assert "Prompt diff" not in shown


def test_a_cancelled_run_keeps_what_came(page: Client) -> None:
    run = begin(FEW)
    answer(run, FEW, 40)
    cancel_run(run, by=SYSTEM, at=datetime.now(UTC))
    shown = said(page.get(of(run)))
    assert "Cancelled Broken off: what came until then is only a part 40 of 198 answers are there." in shown
    assert "Not measured" in shown


def test_the_prompts_lines_are_counted_and_shown(page: Client, run: Run) -> None:
    assert "Prompt diff +1 −0" in said(page.get(of(run)))
    shown = text(page.get(of(run, "?prompt=1")))
    assert "What changed in support-triage" in shown
    assert "<ins>Be brief.</ins>" in shown


def test_other_comparisons_of_the_suite_are_one_step_away(page: Client, run: Run) -> None:
    other = compare()
    assert of(run) in text(page.get(of(other)))


def test_a_permalink_names_suite_and_versions(page: Client, run: Run) -> None:
    newest = compare()
    assert page.get("/evals/support-triage/v1..v2/").headers["Location"] == of(newest)
    hashes = f"{run.base.hash[:10]}..{run.head.hash[:10]}" if run.base else ""
    assert page.get(f"/evals/support-triage/{hashes}/").headers["Location"] == of(newest)


@pytest.mark.parametrize("name", ["support-triage/v2..v1", "other/v1..v2", "support-triage/v1..v99999999999", "x/a..b"])
def test_what_was_never_compared_is_not_there(page: Client, run: Run, name: str) -> None:
    assert page.get(f"/evals/{name}/").status_code == 404
