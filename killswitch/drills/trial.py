"""The steps of a drill, and what they found."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from killswitch.confirmations import Confirmations, confirmations, propagation
from killswitch.drills.asking import Answer, Ask
from killswitch.drills.canary import Canary
from killswitch.models import Drill
from tenants.models import Process

_CONFIRMED_WITHIN: Final = 10.0
_AGAIN_WITHIN: Final = 2.0
_KNOWN_WITHIN: Final = 5.0
_ASKED_WITHIN: Final = 3.0
_PAUSE: Final = 0.05
# Connections go to whichever process takes them: so many for each, to reach them all.
_TRIES_A_PROCESS: Final = 5
_LEAST_TRIES: Final = 3


class Trial:
    def __init__(self, drill: Drill, canary: Canary, ask: Ask) -> None:
        self.drill, self.troubles = drill, list[str]()
        self._canary, self._ask = canary, ask

    def run(self) -> None:
        if not self._is_open():
            return
        stopped = self._canary.stop()
        found = self._wait(stopped.revision, "stop")
        self.drill.processes = [{"name": name, "seconds": took} for name, took in propagation(stopped.revision)]
        self.drill.stop_seconds, self.drill.confirmed = found.seconds, found.confirmed
        self.drill.total = found.total
        self._see_refused(stopped.stop.pk)
        lifted = self._canary.lift_all()
        if lifted is None or not lifted.lifted:
            self.troubles.append("Somebody else lifted its stop in the middle of it.")
            return
        found = self._wait(lifted.revision, "lifting")
        self.drill.lift_seconds, self.drill.confirmed = found.seconds, min(self.drill.confirmed, found.confirmed)
        self._see_passed()

    def _is_open(self) -> bool:
        """Before anything is stopped: a call that does not get through now would prove nothing later."""
        deadline = time.monotonic() + _KNOWN_WITHIN
        answer = self._ask()
        while answer.is_not_yet_known and time.monotonic() < deadline:
            time.sleep(_PAUSE)
            answer = self._ask()
        if not answer.passed:
            self.troubles.append(f"Before the stop, {_told(answer)}.")
        return answer.passed

    def _wait(self, revision: int, what: str) -> Confirmations:
        # Who did not confirm the stop is not waited for once more.
        within = _AGAIN_WITHIN if self.troubles else _CONFIRMED_WITHIN
        deadline = time.monotonic() + within
        found = confirmations(revision, at=datetime.now(UTC))
        while not found.complete and time.monotonic() < deadline:
            time.sleep(_PAUSE)
            found = confirmations(revision, at=datetime.now(UTC))
        if not found.complete:
            self.troubles.append(_unconfirmed(found, what, within))
        return found

    def _see_refused(self, stop: UUID) -> None:
        answers = self._ask_all(lambda answer: answer.stop == stop)
        self.drill.asked = len(answers)
        self.drill.refused = sum(answer.stop == stop for answer in answers)
        reached = {answer.process_id or answer.process: answer.process for answer in answers if answer.process}
        self.drill.reached = sorted(reached.values())
        self.troubles += [f"While it was stopped, {_told(answer)}." for answer in answers if answer.stop != stop]

    def _see_passed(self) -> None:
        answers = self._ask_all(lambda answer: answer.passed)
        self.troubles += [f"Once it was lifted, {_told(answer)}." for answer in answers if not answer.passed]

    def _ask_all(self, is_well: Callable[[Answer], bool]) -> Sequence[Answer]:
        """Until every process was reached, so many times at most; the first wrong answer is enough."""
        gateways = list(Process.objects.gateways())
        answers: list[Answer] = []
        deadline = time.monotonic() + _ASKED_WITHIN
        while len(answers) < _TRIES_A_PROCESS * len(gateways) + _LEAST_TRIES and time.monotonic() < deadline:
            answers.append(self._ask())
            if not is_well(answers[-1]):
                break
            if len(answers) >= _LEAST_TRIES and all(_is_reached(each, answers) for each in gateways):
                break
        return answers


def _is_reached(gateway: Process, answers: Sequence[Answer]) -> bool:
    """By its id, unless it told none: gateways of several machines have the same names."""
    return any((each.process_id or each.process) in {str(gateway.pk), gateway.name} for each in answers)


def _told(answer: Answer) -> str:
    who = answer.process or "a gateway"
    if answer.passed:
        return f"{who} let a call through"
    return f"{who} refused a call by another stop" if answer.stop else answer.trouble


def _unconfirmed(found: Confirmations, what: str, within: float) -> str:
    late = [*(f"{name} (late)" for name in found.laggards), *(f"{name} (no contact)" for name in found.lost)]
    missing = ", ".join(late) or "no gateway is left"
    return f"Not confirmed within {within:.0f} s of the {what}: {missing}."
