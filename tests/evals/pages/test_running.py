from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from evals.models import Run
from tenants.models import AuditEntry, Tenant, User
from tests.evals.pages.asking import of, said, text
from tests.evals.pages.factories import FEW, answer, begin, finish


@pytest.fixture
def going(engineer: User) -> Run:
    found = begin(FEW)
    answer(found, FEW, 50)
    return found


def test_a_run_says_how_far_it_is(page: Client, going: Run) -> None:
    shown = page.get(of(going))
    assert "Running 50 of 198 answers look 1 of at most 2" in said(shown)
    assert f'hx-get="{of(going, "progress/?quarter=1")}" hx-trigger="every 1s"' in text(shown)


def test_its_progress_is_a_part_of_the_page(page: Client, going: Run) -> None:
    shown = page.get(of(going, "progress/"))
    assert text(shown).startswith('<section class="card pad going" id="progress"')
    assert "HX-Refresh" not in shown.headers


def test_a_quarter_that_was_not_told_yet_is_told_once_to_who_hears_the_page(page: Client, going: Run) -> None:
    region = '<p class="vh" id="told" role="status"></p>'
    assert region in text(page.get(of(going)))
    told = '<p id="told" hx-swap-oob="innerHTML">A quarter of the answers is there.</p>'
    assert told in text(page.get(of(going, "progress/?quarter=0")))
    assert 'id="told"' not in text(page.get(of(going, "progress/?quarter=1")))


def test_once_it_is_over_the_page_is_loaded_anew(page: Client, going: Run) -> None:
    finish(going, FEW)
    shown = page.get(of(going, "progress/"))
    assert shown.headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in text(shown)


def test_one_that_nobody_works_on_says_where_to_look(page: Client, engineer: User) -> None:
    run = begin(FEW, at=datetime.now(UTC) - timedelta(minutes=1))
    assert "Nothing was answered yet." in said(page.get(of(run)))


def test_it_is_cancelled_and_says_by_whom(page: Client, going: Run, engineer: User) -> None:
    assert page.post(of(going, "cancel/")).headers["Location"] == of(going)
    going.refresh_from_db()
    assert going.state == Run.State.CANCELLED
    assert AuditEntry.objects.get(action="run.cancelled").actor_id == str(engineer.pk)


def test_cancelling_twice_changes_nothing_more(page: Client, going: Run) -> None:
    page.post(of(going, "cancel/"))
    assert page.post(of(going, "cancel/")).status_code == 302
    assert AuditEntry.objects.filter(action="run.cancelled").count() == 1


def test_a_link_cancels_nothing(page: Client, going: Run) -> None:
    assert page.get(of(going, "cancel/")).status_code == 302


def test_who_may_only_read_cannot_cancel(client: Client, support: User, going: Run) -> None:
    client.force_login(support)
    assert "Cancel this run" not in said(client.get(of(going)))
    assert client.post(of(going, "cancel/")).status_code == 403
    going.refresh_from_db()
    assert going.state == Run.State.RUNNING


@pytest.mark.parametrize("more", ["", "?case=pii-007", "progress/", "results.csv"])
def test_a_stranger_is_refused_whether_it_is_there_or_not(
    client: Client, stranger: User, going: Run, globex: Tenant, more: str
) -> None:
    client.force_login(stranger)
    assert client.get(of(going, more)).status_code == 403
    assert client.get(f"/evals/runs/00000000-0000-0000-0000-000000000001/{more}").status_code == 403


def test_what_is_not_there_is_not_found(page: Client) -> None:
    assert page.get("/evals/runs/00000000-0000-0000-0000-000000000001/").status_code == 404
