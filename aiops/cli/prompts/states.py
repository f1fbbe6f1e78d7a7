"""The state of a prompt's files against what each environment serves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aiops.cli.prompts.history import History
from aiops.cli.remote import Console

if TYPE_CHECKING:
    from prompts.files import PromptFile

LIVE, AHEAD, BEHIND, DRIFTED = "live", "ahead", "behind", "drifted"
NEVER, ORPHAN = "never pushed", "orphan"
STATES: Final = (LIVE, AHEAD, BEHIND, DRIFTED, NEVER, ORPHAN)
# So many hashes fit into one address.
_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class States:
    console: Console
    history: History | None

    def row(self, name: str, local: "PromptFile | None", known: Mapping[str, Any] | None) -> dict[str, Any]:
        live: dict[str, str] = known["live"] if known else {}
        states = self._states(local, live) if local else dict.fromkeys(live, ORPHAN)
        return {
            "name": name,
            "local": local.bundle.hash if local else None,
            "newest": known["newest"] if known else None,
            "live": live,
            # A console of the version before does not tell them.
            "canaries": known.get("canaries", []) if known else [],
            "tenants": known.get("tenants", []) if known else [],
            "labels": known.get("labels", {}) if known else {},
            "stopped": known.get("stopped", []) if known else [],
            "states": states,
            "state": _overall(local, known, states),
            "source": known.get("source") if known else None,
            "orphaned_at": known.get("orphaned_at") if known else None,
        }

    def _states(self, local: "PromptFile", live: Mapping[str, str]) -> dict[str, str]:
        """By environment."""
        held = local.bundle.hash
        others = {version for version in live.values() if version != held}
        versions = self._versions(local.name, {held, *others}) if others else {}
        return {
            environment: LIVE if version == held else self._state(local, held, version, versions)
            for environment, version in sorted(live.items())
        }

    def _state(self, local: "PromptFile", held: str, served: str, versions: Mapping[str, Mapping[str, Any]]) -> str:
        if self.history is not None:
            commit = str(versions.get(served, {}).get("commit", ""))
            return _OF_PLACE[self.history.place_of(commit, served, local)]
        # Without git, by the order in which they were pushed; what never was, was written after all that was.
        is_newer = held not in versions or versions[held]["number"] > versions[served]["number"]
        return AHEAD if is_newer else BEHIND

    def _versions(self, name: str, wanted: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """Those that were pushed, by hash: these alone, however many there are."""
        found: dict[str, Mapping[str, Any]] = {}
        hashes = sorted(wanted)
        for start in range(0, len(hashes), _AT_ONCE):
            rows = self.console.pages(f"prompts/{name}/versions/", hash=hashes[start : start + _AT_ONCE], limit=1000)
            found |= {version["hash"]: version for version in rows}
        return found


_OF_PLACE: Final = {"before": AHEAD, "after": BEHIND, "elsewhere": DRIFTED}


def _overall(local: object, known: Mapping[str, Any] | None, states: Mapping[str, str]) -> str:
    """The one that most needs somebody."""
    if local is None:
        return ORPHAN
    if known is None:
        return NEVER
    if states and all(state == LIVE for state in states.values()):
        return LIVE
    return next((state for state in (DRIFTED, BEHIND) if state in states.values()), AHEAD)
