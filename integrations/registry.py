"""Every system that can be connected. A new one is a folder and a line here: docs/adding-a-system.md."""

from collections.abc import Mapping
from typing import Final

from integrations.contract import Read, System, Write
from integrations.tryton.manifest import TRYTON

SYSTEMS: Final[Mapping[str, System]] = {system.slug: system for system in (TRYTON,)}
ACTIONS: Final[Mapping[str, Read | Write]] = {
    action.name: action for system in SYSTEMS.values() for action in system.actions
}
