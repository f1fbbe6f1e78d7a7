"""Every way on which an action gets to a customer's system, each with a moment at which a stop may come."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import pytest

from integrations import choosing, services
from integrations.contract import Read, Write
from integrations.models import LedgerEntry
from integrations.registry import ACTIONS
from integrations.services import Outcome
from tenants.actors import Actor
from tenants.models import Feature, Tenant
from tests.integrations.factories import SALE, make_connection, run
from tests.integrations.stand_in import StandIn

USER: Final = "ann@customer.example"
# Of a sale that is there.
INPUTS: Final[Mapping[str, Any]] = {
    "tryton.read_party": {"code": "C-001"},
    "tryton.draft_sale": SALE,
    "tryton.cancel_sale": {"sale": 1},
}


class Door(StrEnum):
    ASKED = "asked"
    # While the system was asked what a write would do.
    PLANNED = "planned"
    APPROVED = "approved"
    AGAIN = "asked again"
    UNDONE = "undone"


@dataclass(frozen=True)
class Setting:
    tenant: Tenant
    feature: Feature
    tryton: StandIn
    decider: Actor
    patch: pytest.MonkeyPatch

    def connect(self, writes: str) -> None:
        make_connection(self.tenant, self.tryton.url, writes=writes)
        self.tryton.create({"party": 2, "lines": [["create", []]], "reference": "theirs"})

    def ask(self, action: Read | Write) -> Outcome:
        return run(self.tenant, action=action.name, input=INPUTS[action.name], feature=self.feature, user=USER)

    def entry(self, action: Read | Write) -> LedgerEntry:
        entry = self.ask(action).entry
        assert entry is not None
        return entry


type Stop = Callable[[], None]
type Go = Callable[[Setting, Any, Stop], Outcome | LedgerEntry]


def _asked(setting: Setting, action: Read | Write, stop: Stop) -> Outcome:
    stop()
    return setting.ask(action)


def _planned(setting: Setting, action: Write, stop: Stop) -> Outcome:
    def plan(*arguments: Any) -> Any:
        stop()
        return action.plan(*arguments)

    setting.patch.setitem(choosing.ACTIONS, action.name, replace(action, plan=plan))
    return setting.ask(action)


def _approved(setting: Setting, action: Write, stop: Stop) -> LedgerEntry:
    entry = setting.entry(action)
    stop()
    return services.approve(entry, by=setting.decider, at=datetime.now(UTC))


def _again(setting: Setting, action: Write, stop: Stop) -> Outcome:
    setting.tryton.faults.append("429")
    setting.ask(action)
    setting.tryton.asked.clear()
    stop()
    return setting.ask(action)


def _undone(setting: Setting, action: Write, stop: Stop) -> LedgerEntry:
    entry = setting.entry(action)
    stop()
    return services.undo(entry, by=setting.decider, at=datetime.now(UTC))


GO: Final[Mapping[Door, Go]] = {
    Door.ASKED: _asked,
    Door.PLANNED: _planned,
    Door.APPROVED: _approved,
    Door.AGAIN: _again,
    Door.UNDONE: _undone,
}
# How its connection takes writes, for there to be such a moment.
WRITES: Final[Mapping[Door, str]] = {**dict.fromkeys(Door, "allow"), Door.APPROVED: "approve"}


def doors_of(action: Read | Write) -> list[Door]:
    if isinstance(action, Read):
        return [Door.ASKED]
    return [door for door in Door if door != Door.UNDONE or action.undone_by]


ALL: Final = [(action, door) for action in ACTIONS.values() for door in doors_of(action)]
