from django.test import Client

from evals.models import Run
from tests.evals.pages.asking import of, rows
from tests.evals.pages.factories import NO, Told, compare, same


def test_every_answer_of_both_arms_is_there(page: Client, run: Run) -> None:
    answer = page.get(of(run, "results.csv"))
    found = rows(answer)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="support-triage-v1-v2.csv"' in answer["Content-Disposition"]
    assert len(found) == 33 * 2 * 3
    first = next(row for row in found if (row["case"], row["arm"], row["repeat"]) == ("pii-007", "head", "0"))
    assert first["version"] == "v2"
    assert first["passed"] == "False"
    assert first["cost_usd"] == "0.0051"
    assert first["failed_checks"] == "icontains (fail): it does not contain 'parcel'."


def test_it_holds_the_cases_that_the_page_shows(page: Client, run: Run) -> None:
    assert "results.csv?only=regressed" in page.get(of(run)).content.decode()
    assert {row["case"] for row in rows(page.get(of(run, "results.csv?only=regressed")))} == {"pii-007"}


def test_an_answer_is_never_a_formula(page: Client) -> None:
    run = compare((Told("sum", "Yes.", "=1+1", head_passes=NO), *map(same, range(30))))
    outputs = {row["output"] for row in rows(page.get(of(run, "results.csv")))}
    assert "'=1+1" in outputs
