"""Every scope and mode at every action on customers' systems, by every door."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from costs.endusers import user_key
from integrations.contract import Read, Write
from integrations.models import Connection
from integrations.refusals import Stopped
from integrations.registry import ACTIONS
from integrations.services import Outcome
from killswitch.scopes import Mode, Scope
from killswitch.targets import Target
from tenants.actors import Actor
from tenants.models import Feature, Tenant
from tests.integrations.conftest import tryton
from tests.integrations.stand_in import StandIn
from tests.killswitch.factories import stop_at
from tests.killswitch.matrix.doors import ALL, GO, INPUTS, USER, WRITES, Door, Setting
from tests.killswitch.matrix.places import CELLS

__all__ = ["tryton"]

type Case = tuple[Scope, Mode, Read | Write, Door]

# Of each scope what is stopped; those that stop no action do so whatever it is called.
TARGETS: Mapping[Scope, Callable[[Setting, UUID], Target]] = {
    Scope.GLOBAL: lambda setting, _: Target.everything(),
    Scope.TENANT: lambda setting, _: Target.of(setting.tenant),
    Scope.FEATURE: lambda setting, _: Target.feature_of_all(setting.feature),
    Scope.TENANT_FEATURE: lambda setting, _: Target.of(setting.tenant, setting.feature),
    Scope.CONNECTION: lambda setting, connection: Target.connection(setting.tenant, connection, "erp", "ERP"),
    Scope.USER: lambda setting, _: Target.user(setting.tenant, user_key(setting.tenant.pk, USER)),
    Scope.PROVIDER: lambda setting, _: Target.provider("openai", "OpenAI"),
    Scope.MODEL: lambda setting, _: Target.model("mini"),
    Scope.PROMPT_VERSION: lambda setting, _: Target.prompt_version(uuid4(), "help v1"),
}
# The stop is there before anything is asked of the system.
NOT_EVEN_ASKED = {Door.ASKED, Door.AGAIN}
OF_MODELS = {Scope.PROVIDER, Scope.MODEL, Scope.PROMPT_VERSION}
HOLDS: Mapping[Mode, Callable[[Read | Write], bool]] = {
    Mode.REFUSE: lambda action: True,
    Mode.HANDOFF: lambda action: True,
    Mode.CANNED: lambda action: True,
    Mode.READ_ONLY: lambda action: action.writes,
}


def is_held(case: Case) -> bool:
    scope, mode, action, door = case
    # What takes back what AI wrote is held up by nothing.
    return scope not in OF_MODELS and door != Door.UNDONE and HOLDS[mode](action)


CASES: list[Case] = [
    (*cell, action, door)
    for cell in CELLS
    for action, door in ALL
    # Of scopes that stop no action one door is enough.
    if cell[0] not in OF_MODELS or door == Door.ASKED
]


def name(case: Case) -> str:
    scope, mode, action, door = case
    return f"{scope}-{mode}-{action.name}-{door}"


@pytest.fixture
def setting(
    acme: Tenant, answers: Feature, tryton: StandIn, by_support: Actor, monkeypatch: pytest.MonkeyPatch
) -> Setting:
    return Setting(acme, answers, tryton, by_support, monkeypatch)


def go(setting: Setting, case: Case) -> Any:
    scope, mode, action, door = case
    setting.connect(WRITES[door])
    connection = Connection.objects.get(tenant=setting.tenant).pk
    target = TARGETS[scope](setting, connection)
    stop = partial(stop_at, target, by=setting.decider, at=datetime.now(UTC), mode=mode)
    return GO[door](setting, action, lambda: stop() and None)


@pytest.mark.parametrize("case", [case for case in CASES if is_held(case)], ids=name)
def test_it_is_refused_and_the_system_is_left_alone(setting: Setting, case: Case) -> None:
    with pytest.raises(Stopped) as caught:
        go(setting, case)
    mode = case[1]
    assert (caught.value.code, caught.value.more["mode"]) == ("stopped", mode)
    assert caught.value.more.get("handoff", False) is (mode == Mode.HANDOFF)
    assert setting.tryton.written() == []
    assert setting.tryton.asked == [] or case[3] not in NOT_EVEN_ASKED


@pytest.mark.parametrize("case", [case for case in CASES if not is_held(case)], ids=name)
def test_it_passes(setting: Setting, case: Case) -> None:
    done = go(setting, case)
    entry = done.entry if isinstance(done, Outcome) else done
    assert entry.state == "done" if entry else done.output


def test_nothing_is_left_out() -> None:
    assert TARGETS.keys() == set(Scope)
    assert HOLDS.keys() == set(Mode)
    assert GO.keys() == WRITES.keys() == set(Door)
    assert INPUTS.keys() == ACTIONS.keys()
