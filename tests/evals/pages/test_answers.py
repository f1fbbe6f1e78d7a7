from django.test import Client

from evals.models import Result, Run
from evals.suites.model import Assertion
from tests.evals.pages.asking import of, said, text
from tests.evals.pages.factories import HOSTILE, NO, Told, compare, same

REST = tuple(map(same, range(60)))
LONG = "Thank you for writing to us about it. " * 30


def test_what_went_and_what_came_is_marked(page: Client, run: Run) -> None:
    shown = text(page.get(of(run, "?case=pii-007")))
    assert "please do not share your card number here</del>" in shown
    assert "<ins>to your card ending 0047 3391</ins>" in shown


def test_the_question_is_there(page: Client, run: Run) -> None:
    assert "question Where is my parcel?" in said(page.get(of(run)))


def test_a_models_markup_and_escapes_are_text(page: Client) -> None:
    run = compare((Told("evil", "Your parcel.", HOSTILE, head_passes=NO, reason=HOSTILE, question=HOSTILE), *REST))
    shown = page.get(of(run)).content.decode()
    assert "<img" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown
    assert "\x1b" not in shown
    assert "\\x1b[31mred" in shown
    assert "\u202e" not in shown


def test_a_suites_own_words_are_text_too(page: Client) -> None:
    evil = Assertion("contains", "</textarea><script>alert(1)</script>\x1b[2J")
    run = compare(
        (Told("x", "Yes.", "No.", head_passes=NO, must_pass=True, description=HOSTILE, checks=(evil,)), *REST)
    )
    shown = page.get(of(run)).content.decode()
    assert "<script>alert" not in shown
    assert "\x1b" not in shown


def test_checks_say_how_often_they_held_in_each_arm(page: Client, run: Run) -> None:
    shown = said(page.get(of(run)))
    assert "Contains “parcel” Rule · v2 “it does not contain 'parcel'.” ✓ Pass, 3/3 ✕ Fail, 0/3" in shown


def test_what_fails_in_head_is_told_first(page: Client) -> None:
    short = (Assertion("icontains", "parcel"), Assertion("word-count", {"max": 9}), Assertion("icontains", "late"))
    run = compare((Told("x", "Your parcel.", "Yours.", head_passes=NO, checks=short), *REST))
    for row in Result.objects.of(run).filter(case="x", arm="head"):
        row.checks = [
            each | {"verdict": verdict} for each, verdict in zip(row.checks, ("pass", "fail", "pass"), strict=True)
        ]
        row.save()
    shown = said(page.get(of(run, "?case=x")))
    assert shown.index("word") < shown.index("Contains “parcel”") < shown.index("Contains “late”")


def test_a_judges_reasons_are_told_of_both_arms(page: Client) -> None:
    judged = Assertion("llm-rubric", "Warns against sharing card data")
    run = compare((Told("j", "Yes.", "No.", head_passes=NO, checks=(judged,), reason="no warning"), *REST))
    shown = said(page.get(of(run)))
    assert "Warns against sharing card data Judge · v1 “it contains 'parcel'.” · v2 “no warning”" in shown


def test_every_run_of_a_case_can_be_opened(page: Client) -> None:
    wavering = Told("w", "Your parcel.", "No.", head_passes=(True, True, False, True, True))
    run = compare((wavering, *REST))
    shown = text(page.get(of(run, "?case=w")))
    assert 'href="?case=w&amp;answer=2#case" aria-current="true" aria-label="Run 3: Fail"' in shown
    assert 'aria-current="true" aria-label="Run 1: Pass"' in text(page.get(of(run, "?case=w&answer=0")))


def test_what_was_asked_again_is_counted_apart(page: Client) -> None:
    run = compare((Told("safe", "I may not.", "Here.", head_passes=NO, must_pass=True), *REST))
    shown = said(page.get(of(run)))
    assert "0 of 3 passed" in shown
    assert "Asked again: 5 of 5" in shown
    assert "Asked again: 0 of 5" in shown
    assert "Run 1: Fail" in text(page.get(of(run, "?answer=nonsense")))


def test_the_calls_id_and_price_are_told(page: Client, run: Run) -> None:
    shown = said(page.get(of(run)))
    row = Result.objects.get(run=run, case="pii-007", arm="head", repeat=0)
    assert f"Call {row.call_id}" in shown
    assert "2.3 s · $0.0051" in shown


def test_a_long_stretch_that_stayed_is_folded(page: Client) -> None:
    run = compare((Told("long", f"{LONG}Yes.", f"{LONG}No.", head_passes=NO), *REST))
    shown = said(page.get(of(run)))
    assert "characters the same" in shown


def test_a_long_variable_is_folded(page: Client) -> None:
    run = compare((Told("long", "Yes.", "No.", head_passes=NO, question=LONG), *REST))
    assert '<details class="fold"><summary>Thank you for writing' in text(page.get(of(run)))


def test_an_error_is_told_in_the_place_of_an_answer(page: Client) -> None:
    run = compare((Told("lost", "Your parcel.", "", head_passes=(None,)), *map(same, range(200))))
    shown = said(page.get(of(run, "?case=lost")))
    assert "v2 ◇ Not measured" in shown
    assert "503 provider_error: the provider does not answer" in shown
