"""Who is at a shard of a run, and who asks which of its units; a task that died holds neither for long."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from aiops.celery import app
from evals import queueing, services, tasks
from evals.models import Result, Run, Shard
from evals.runner import asking
from evals.runner.claiming import claim
from evals.runner.holding import Left, Lost, hold, hold_again, let_go
from tenants.actors import SYSTEM
from tenants.models import Tenant
from tests.evals.factories import AT, make_suite
from tests.prompts.factories import make_version

ONE, OTHER, THIRD = uuid4(), uuid4(), uuid4()


@pytest.fixture
def run(operator: Tenant) -> Run:
    """Of twelve units."""
    return services.start_run(make_suite(cases=4), head=make_version(), by=SYSTEM, at=AT)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was given to the broker: the task's name and its argument."""
    found: list[tuple[str, str]] = []

    def send(name: str, argument: str, **_: Any) -> None:
        found.append((name.rpartition(".")[2], argument))

    monkeypatch.setattr(queueing, "_after_commit", send)
    return found


def shard(run: Run, number: int) -> Shard:
    return Shard.objects.of(run).select_related("run").get(number=number)


def die(task: UUID) -> None:
    """And half a minute has gone by."""
    assert Shard.objects.filter(held_by=task).update(until=timezone.now() - timedelta(seconds=1))


def late(run: Run) -> None:
    """Its messages did not come for so long that beat looks after it."""
    Shard.objects.of(run).update(until=timezone.now() - timedelta(seconds=1))


def finish(run: Run) -> None:
    Result.objects.of(run).update(done_at=timezone.now())


def test_no_two_tasks_ask_the_same(run: Run) -> None:
    hold(shard(run, 0), ONE)
    hold(shard(run, 1), OTHER)
    first, second = claim(run, ONE, 8), claim(run, OTHER, 8)
    assert (len(first), len(second), len({*first, *second})) == (8, 4, 12)
    assert claim(run, ONE, 8) == []


def test_a_second_task_of_a_shard_gets_nothing_while_the_first_lives(run: Run) -> None:
    assert hold(shard(run, 0), ONE)
    claim(run, ONE, 12)
    assert not hold(shard(run, 0), OTHER)
    assert claim(run, OTHER, 12) == []


def test_of_a_task_that_died_shard_and_units_come_free(run: Run) -> None:
    hold(shard(run, 0), ONE)
    hold(shard(run, 1), THIRD)
    held = claim(run, ONE, 5)
    die(ONE)
    assert claim(run, THIRD, 5) == held
    assert hold(shard(run, 0), OTHER)


def test_one_that_was_taken_for_dead_notices_and_gets_nothing_more(run: Run) -> None:
    hold(shard(run, 0), ONE)
    die(ONE)
    hold(shard(run, 0), OTHER)
    with pytest.raises(Lost):
        hold_again(ONE)
    with pytest.raises(Lost):
        let_go(run, ONE)
    assert claim(run, ONE, 5) == []
    assert len(claim(run, OTHER, 5)) == 5


def test_a_living_task_holds_on(run: Run) -> None:
    hold(shard(run, 0), ONE)
    die(ONE)
    hold_again(ONE)
    assert not hold(shard(run, 0), OTHER)


def test_what_is_left_is_told_to_whoever_lets_go(run: Run) -> None:
    hold(shard(run, 0), ONE)
    hold(shard(run, 1), OTHER)
    claim(run, ONE, 3)
    claim(run, OTHER, 9)
    assert let_go(run, ONE) is Left.FREE
    hold(shard(run, 0), THIRD)
    Result.objects.of(run).filter(held_by=ONE).update(done_at=timezone.now())
    assert let_go(run, THIRD) is Left.HELD
    finish(run)
    assert let_go(run, OTHER) is Left.NOTHING


def test_an_old_ticket_is_no_ticket(run: Run, sent: list[tuple[str, str]]) -> None:
    before = shard(run, 0)
    queueing.hand_on(before)
    assert not hold(before, ONE)
    assert hold(shard(run, 0), ONE)
    assert sent == [("ask", str(shard(run, 0).ticket))]


def test_a_message_that_comes_twice_goes_on_once(run: Run, sent: list[tuple[str, str]]) -> None:
    first = second = shard(run, 0)
    queueing.hand_on(first)
    queueing.hand_on(second)
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("left", "told"), [(Left.NOTHING, ["judge"]), (Left.FREE, ["ask"]), (Left.HELD, []), (Left.BUSY, ["ask"])]
)
def test_what_a_task_sets_on_when_it_ends(
    run: Run, sent: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, left: Left, told: list[str]
) -> None:
    monkeypatch.setattr(tasks, "ask_units", lambda _: left)
    before = str(shard(run, 0).ticket)
    tasks.ask(before)
    assert [name for name, _ in sent] == told
    # Only the same message again keeps its ticket.
    assert ((("ask", before) in sent), str(shard(run, 0).ticket) == before) == (
        left is Left.BUSY,
        left is not Left.FREE,
    )


def test_a_run_that_is_being_asked_is_left_alone(run: Run, sent: list[tuple[str, str]]) -> None:
    late(run)
    hold(shard(run, 0), ONE)
    claim(run, ONE, 12)
    tasks.pick_up_runs()
    assert sent == []


def test_a_run_that_was_just_started_is_left_alone(run: Run, sent: list[tuple[str, str]]) -> None:
    tasks.pick_up_runs()
    assert sent == []


def test_of_a_run_that_nobody_is_at_each_shard_is_asked_by_the_ticket_that_it_has(
    run: Run, sent: list[tuple[str, str]]
) -> None:
    late(run)
    tickets = {str(each.ticket) for each in run.shards.all()}
    tasks.pick_up_runs()
    tasks.pick_up_runs()
    assert [name for name, _ in sent] == ["ask"] * 4
    assert {ticket for _, ticket in sent} == tickets


def test_a_run_that_is_done_and_was_never_judged_is_judged(run: Run, sent: list[tuple[str, str]]) -> None:
    finish(run)
    tasks.pick_up_runs()
    assert sent == [("judge", str(run.pk))]


def test_a_run_with_one_call_at_once_has_one_shard(operator: Tenant) -> None:
    run = services.start_run(make_suite(), head=make_version(), at_once=1, by=SYSTEM, at=AT)
    assert list(run.shards.values_list("number", flat=True)) == [0]


def test_a_further_look_takes_the_shards_from_whoever_had_them(run: Run) -> None:
    hold(shard(run, 0), ONE)
    queueing.ask(run.pk)
    assert claim(run, ONE, 5) == []
    assert hold(shard(run, 0), OTHER)


def test_a_task_is_over_before_it_is_cut_off() -> None:
    assert asking._TURN_SECONDS + asking._LONGEST_SECONDS < settings.CELERY_TASK_TIME_LIMIT


def test_what_lifts_stops_and_what_looks_after_runs_do_not_wait_for_runs() -> None:
    app.loader.import_default_modules()
    queue_of = {name: app.amqp.router.route({}, name)["queue"].name for name in app.tasks if "celery." not in name}
    assert {name for name, queue in queue_of.items() if queue == "evals"} == {
        "evals.tasks.ask", "evals.tasks.judge", "evals.tasks.start_canaries", "gateway.tasks.run_drill",
    }  # fmt: skip
    assert queue_of["killswitch.tasks.lift_expired"] == queue_of["evals.tasks.pick_up_runs"] == "celery"


def test_what_beat_sends_is_gone_when_it_sends_it_again() -> None:
    for name in ("pick-up-eval-runs", "start-canaries"):
        entry = settings.CELERY_BEAT_SCHEDULE[name]
        assert entry["options"]["expires"] == entry["schedule"]
