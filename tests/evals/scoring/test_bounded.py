import os
import signal
import time

import pytest

from evals.scoring import bounded, registry
from evals.scoring.checks import CannotTell
from tests.evals.scoring.asking import verdict


def test_a_process_that_was_killed_is_started_again() -> None:
    assert bounded.call("search", "a", "a") is True
    process = bounded._BESIDE._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert bounded.call("search", "a", "b") is False


def test_a_process_that_dies_at_work_leaves_that_one_untold() -> None:
    with pytest.raises(CannotTell, match="no work"):
        bounded.call("no work")
    assert verdict("abc", "regex", "b") == "pass"


def test_a_forked_process_has_one_of_its_own() -> None:
    bounded.call("search", "a", "a")
    child = os.fork()
    _ = child or os._exit(0 if bounded.call("search", "a", "a") else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert bounded.call("search", "b", "a") is False


def test_a_call_costs_little() -> None:
    bounded.call("search", "a", "a")
    begun = time.perf_counter()
    _ = [bounded.call("search", "a", "a") for _ in range(200)]
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize("type_", ["contains", "not-contains", "llm-rubric"])
def test_known_scorers_are_known_with_and_without_not(type_: str) -> None:
    assert registry.is_known(type_)
    assert not registry.is_known("javascript")
