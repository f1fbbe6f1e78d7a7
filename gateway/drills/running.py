"""Every gateway asked once, and what that proves."""

import logging
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from django.conf import settings

from gateway.drills.asking import FEATURE, Answered, Ask, Asker
from gateway.drills.holding import Hold, Lost
from gateway.models import ChainDrill
from killswitch.drills.call_key import call_key
from tenants.actors import SYSTEM
from tenants.models import Feature, Process, Tenant
from tenants.scope import ALL, scope
from tenants.services import declare_feature

log = logging.getLogger(__name__)

_KEY: Final = "chains"
_NOTE: Final = "Chains are tried out with a feature of the console's own. No customer has it."
_KNOWN_WITHIN: Final = 5.0
_PAUSE: Final = 0.1
# Connections go to whichever process takes them; one that was asked already costs a look, no call.
_TRIES_A_PROCESS: Final = 20
# More than the chain's own deadline: what comes late is told by the gateway.
_BEYOND_THE_DEADLINE: Final = 10.0
_LONGEST_TROUBLE: Final = 1000


def run_drill(drill: ChainDrill, ask: Ask | None = None) -> ChainDrill:
    """Not within a transaction: gateways have to see the key that it may make."""
    hold, drill.members = Hold(drill.pk), drill.chain.labels()
    if not hold.take(members=drill.members):
        # Its message came twice.
        log.info("chain_drill.not_taken id=%s", drill.pk)
        return drill
    answers: list[Answered] = []
    troubles: list[str] = []
    try:
        with hold.kept():
            answers = list(_ask_all(drill, hold, ask or _asker(drill)))
            troubles = list(_troubles(drill, answers))
    except Lost:
        log.warning("chain_drill.lost id=%s", drill.pk)
        return drill
    except Exception:
        log.exception("chain_drill.broke id=%s", drill.pk)
        troubles = ["It broke off: the worker's log says why."]
    return _finish(drill, hold, answers, troubles)


def _asker(drill: ChainDrill) -> Asker:
    with scope(ALL):
        operator = Tenant.objects.operator()
        key = call_key(operator, _feature(), name=_KEY)
    seconds = drill.chain.deadline_seconds + _BEYOND_THE_DEADLINE
    return Asker(settings.AIOPS_GATEWAY_URL, key, drill.chain.slug, seconds)


def _feature() -> Feature:
    found = Feature.objects.filter(slug=FEATURE, is_own=True).first()
    return found or declare_feature(FEATURE, name="Chain drill", description=_NOTE, is_own=True, by=SYSTEM).row


def _ask_all(drill: ChainDrill, hold: Hold, ask: Ask) -> Iterator[Answered]:
    wanted = {str(pk) for pk in Process.objects.gateways().values_list("pk", flat=True)}
    known: set[str] = set()
    known_until = time.monotonic() + _KNOWN_WITHIN
    for _ in range(_TRIES_A_PROCESS * max(1, len(wanted))):
        if known and known >= wanted:
            return
        hold.check()
        reached = ask(known)
        answered = reached.answered
        if answered is not None and answered.is_not_yet_known and time.monotonic() < known_until:
            time.sleep(_PAUSE)
            continue
        known.add(reached.process_id)
        if answered is not None:
            yield answered
            if not reached.process_id:
                return


def _troubles(drill: ChainDrill, answers: list[Answered]) -> Iterator[str]:
    if not answers:
        yield "No gateway was reached."
    for each in answers:
        if trouble := _trouble(each) or _of_others(each, drill.members):
            yield f"{each.process or 'A gateway'}: {trouble}."
    if 0 < len(answers) < drill.total and all(each.process for each in answers):
        yield f"{len(answers)} of {drill.total} gateways were reached."
    if drill.chain.labels() != drill.members:
        yield "The chain's models were changed meanwhile: it proves nothing of those that it has now."


def _trouble(answered: Answered) -> str:
    if answered.error:
        return answered.error.rstrip(".")
    if not answered.failed:
        return f"{answered.served or 'nobody'} answered, and nobody was made to fail"
    if answered.served in ("", answered.failed):
        return f"{answered.failed} was made to fail, and no other model answered"
    return ""


def _of_others(answered: Answered, members: Sequence[str]) -> str:
    """A gateway that has not read the configuration yet tries the chain as it was."""
    others = {answered.failed, answered.served}.difference(members)
    return f"it asked {', '.join(sorted(others))}, of which the chain is not" if others else ""


def _finish(drill: ChainDrill, hold: Hold, answers: list[Answered], troubles: list[str]) -> ChainDrill:
    drill.finished_at = datetime.now(UTC)
    drill.answers = [each.as_json() for each in answers]
    drill.trouble = " ".join(dict.fromkeys(troubles))[:_LONGEST_TROUBLE]
    drill.passed = not drill.trouble
    told = {
        "finished_at": drill.finished_at,
        "answers": drill.answers,
        "trouble": drill.trouble,
        "passed": drill.passed,
    }
    if not hold.finish(**told):
        log.warning("chain_drill.lost id=%s", drill.pk)
        drill.refresh_from_db()
        return drill
    log.info("chain_drill.finished id=%s chain=%s passed=%s", drill.pk, drill.chain.slug, drill.passed)
    return drill
