"""Who chose the version of a call's prompt, from the gateway's journal into PostgreSQL."""

from pathlib import Path

import orjson
import pytest

from costs import recording
from costs.models import Call
from costs.recorder.recorder import Recorder
from costs.records import Finished, PromptChoice, parse
from tenants.scope import ALL, scope
from tests.costs.factories import NOW, make_finished, make_opened, record, rows_of, write_journal

pytestmark = pytest.mark.usefixtures("operator")

PINNED = make_opened(at=NOW, prompt_version="3f2a", prompt_choice=PromptChoice.PINNED)


def recorded() -> list[str]:
    return list(Call.objects.order_by("id").values_list("prompt_choice", flat=True))


@pytest.mark.parametrize("choice", PromptChoice)
def test_it_is_recorded_with_the_call(choice: PromptChoice) -> None:
    record(make_finished(make_opened(at=NOW, prompt_version="3f2a", prompt_choice=choice)))
    assert recorded() == [choice]


def test_of_a_call_without_a_prompt_the_line_says_nothing_and_no_more_is_written() -> None:
    call = make_opened(at=NOW)
    assert [set(orjson.loads(each.to_line())) for each in (call, make_finished(call))] == [
        {"v", "opened"},
        {"v", "finished", "call"},
    ]
    record(make_finished(call))
    assert recorded() == [""]


def test_an_older_recorder_finds_all_that_it_knows_where_it_was() -> None:
    line = orjson.loads(make_finished(PINNED).to_line())
    assert (len(line["call"]), line["call"][-2:]) == (15, [PINNED.simulated, PINNED.streamed])


def test_a_line_of_an_older_gateway_is_recorded_without() -> None:
    line = orjson.loads(make_finished(PINNED).to_line())
    del line["choice"]
    old = orjson.dumps(line)
    read = parse(old)
    assert isinstance(read, Finished)
    assert (read.call.prompt_version, read.call.prompt_choice) == ("3f2a", "")
    with scope(ALL):
        recording.make_days(rows_of(old), at=NOW)
        recording.write(rows_of(old), at=NOW)
    assert recorded() == [""]


def test_a_call_whose_gateway_died_keeps_it(folder: Path, recorder: Recorder) -> None:
    write_journal(folder, PINNED).close()
    recorder.step()
    recorder.tidy()
    assert list(Call.objects.values_list("outcome", "prompt_choice")) == [("interrupted", "pinned")]


def test_a_word_that_nobody_knows_is_kept_as_a_dead_letter_and_counts_nowhere() -> None:
    (row,) = rows_of(make_finished(PINNED).to_line().replace(b'"pinned"', b'"guessed"'))
    with scope(ALL):
        recording.make_days([row], at=NOW)
        written = recording.write([row], at=NOW)
    assert (written.new, len(written.letters)) == (0, 1)
    assert "prompt_choice_is_known" in written.letters[0].fault
