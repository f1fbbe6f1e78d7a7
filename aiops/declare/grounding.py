"""What a declared feature demands of its answers. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from aiops.declare.reading import Reader
from gateway.grounding.policy import Mode, Unverified


@dataclass(frozen=True, slots=True)
class GroundingEntry:
    mode: Mode
    min_confidence: Decimal
    unverified: Unverified


def read_grounding(feature: Reader) -> GroundingEntry | None:
    """A mode alone, or a mapping with its limits."""
    data = feature.anything("grounding")
    if data is None:
        return None
    place = (*feature.place, "grounding")
    entry = Reader.of(place, {"mode": data} if isinstance(data, str | bool) else data, feature.problems)
    found = GroundingEntry(
        # YAML reads a bare off as false.
        Mode(entry.choice("mode", "off", allowed=tuple(Mode), written={False: "off"})),
        entry.share("min_confidence"),
        Unverified(entry.choice("unverified", "drop", allowed=tuple(Unverified))),
    )
    entry.end()
    return found
