import json
import re

import pytest
from django.test import Client

from evals.models import Run
from tests.evals.pages.asking import listed, of, opened, said, text
from tests.evals.pages.factories import FEW, NO, REGRESSED, Told, compare, same


def test_chips_count_what_became_of_the_cases(page: Client, run: Run) -> None:
    assert "Regressed 1 Fixed 1 Reworded 1 Same 30 All changed 3" in said(page.get(of(run)))


def test_what_regressed_is_shown_first(page: Client, run: Run) -> None:
    answer = page.get(of(run))
    assert listed(answer) == ["pii-007"]
    assert opened(answer) == "pii-007"
    assert "1.00 → 0.00" in said(answer)
    assert "it does not contain &#x27;parcel&#x27;." in text(answer)


def test_without_regressions_all_that_changed_is(page: Client) -> None:
    answer = page.get(of(compare((*FEW[1:],))))
    assert listed(answer) == ["pt-001", "hours-001"]


def test_without_changes_the_same_is(page: Client) -> None:
    assert len(listed(page.get(of(compare([same(number) for number in range(5)]))))) == 5


@pytest.mark.parametrize(
    ("only", "keys"),
    [("fixed", ["pt-001"]), ("reworded", ["hours-001"]), ("changed", ["pii-007", "pt-001", "hours-001"])],
)
def test_the_address_says_which_are_listed(page: Client, run: Run, only: str, keys: list[str]) -> None:
    answer = page.get(of(run, f"?only={only}"))
    assert listed(answer) == keys
    assert opened(answer) == keys[0]


def test_the_address_says_which_case_is_open(page: Client, run: Run) -> None:
    answer = page.get(of(run, "?only=changed&case=hours-001"))
    assert opened(answer) == "hours-001"
    assert (
        'href="?only=changed&amp;case=hours-001" hx-get="?only=changed&amp;case=hours-001" aria-current="true"'
        in text(answer)
    )


def test_a_case_alone_brings_those_of_its_kind(page: Client, run: Run) -> None:
    answer = page.get(of(run, "?case=hours-001"))
    assert listed(answer) == ["hours-001"]


def test_a_case_that_is_not_in_the_suite_is_not_there(page: Client, run: Run) -> None:
    assert page.get(of(run, "?case=nothing")).status_code == 404
    assert page.get(of(run, "?case=nothing"), headers={"HX-Target": "case"}).status_code == 404


def test_a_group_without_cases_says_so(page: Client) -> None:
    assert "No case is among these." in said(page.get(of(compare([same(1)]), "?only=fixed")))


def test_a_step_asks_for_the_case_only(page: Client, run: Run) -> None:
    answer = page.get(of(run, "?only=changed&case=pt-001"), headers={"HX-Target": "case"})
    assert text(answer).startswith('<article class="card detail" id="case"')
    assert opened(answer) == "pt-001"
    assert "HX-Target" in answer.headers["Vary"]


def test_what_must_pass_comes_before_the_rest_and_what_wavers_after_it(page: Client) -> None:
    wavering = Told("wavers", "Your parcel.", "No.", base_passes=(True, False), head_passes=NO)
    careful = Told("careful", "Your parcel.", "No.", head_passes=NO, must_pass=True)
    answer = page.get(of(compare((wavering, REGRESSED, careful, *map(same, range(30))))))
    assert listed(answer) == ["careful", "pii-007", "wavers"]
    assert "flaky · " in said(answer)


def test_a_missing_answer_is_a_group_of_its_own(page: Client) -> None:
    lost = Told("lost-1", "Your parcel.", "", head_passes=(None,))
    new = Told("new-1", "", "Your parcel.", base_passes=(None,))
    run = compare((lost, new, *map(same, range(200))))
    assert "Not measured 1 Only in head 1 Fixed 0" in said(page.get(of(run)))
    shown = said(page.get(of(run, "?only=missing")))
    assert "503 provider_error: the provider does not answer" in shown
    assert "1.00 → —" in shown


def test_fifty_are_listed_and_the_others_are_a_link_away(page: Client) -> None:
    run = compare([same(number) for number in range(120)])
    first = page.get(of(run))
    assert len(listed(first)) == 50
    later = re.search(r'class="window" href="([^"]+)">↓', text(first))
    assert later
    assert listed(page.get(of(run, later[1].replace("&amp;", "&"))))[0] == "same-50"
    assert listed(page.get(of(run, "?only=same&case=same-119"))) == [f"same-{number}" for number in range(100, 120)]


def test_the_keys_of_all_are_there_for_the_script(page: Client, run: Run) -> None:
    found = re.search(
        r'<script id="case-keys" type="application/json">(.*?)</script>', text(page.get(of(run, "?only=changed")))
    )
    assert found
    assert json.loads(found[1]) == ["pii-007", "pt-001", "hours-001"]


def test_the_cases_before_and_after_are_links(page: Client, run: Run) -> None:
    shown = text(page.get(of(run, "?only=changed&case=pt-001")))
    assert 'data-step="-1" href="?only=changed&amp;case=pii-007#case"' in shown
    assert 'data-step="1" href="?only=changed&amp;case=hours-001#case"' in shown


def test_a_key_that_is_no_word_is_safe_in_links(page: Client) -> None:
    odd = Told('a&b="c"/é #1', "Your parcel.", "No.", head_passes=NO)
    run = compare((odd, *map(same, range(30))))
    answer = page.get(of(run, "?case=a%26b%3D%22c%22%2F%C3%A9%20%231"))
    assert "a%26b%3D%22c%22%2F%C3%A9%20%231" in text(answer)
    assert opened(answer) == "a&amp;b=&quot;c&quot;/é #1"
