"""Who answers, and how: a bundle's model settings."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from prompts.bundle.faults import Fault
from prompts.bundle.values import fields, kind

EFFORTS: Final = ("none", "minimal", "low", "medium", "high", "xhigh")
LONGEST_NAME: Final = 200
MOST_STOPS: Final = 4


class Span(NamedTuple):
    least: float
    most: float
    whole: bool = False


SPANS: Final[Mapping[str, Span]] = {
    "temperature": Span(0, 2),
    "top_p": Span(0, 1),
    "frequency_penalty": Span(-2, 2),
    "presence_penalty": Span(-2, 2),
    "max_output_tokens": Span(1, 1_000_000, whole=True),
    "seed": Span(-(2**63) + 1, 2**63 - 1, whole=True),
}
_NAMES: Final = ("chain", "model")
SETTINGS: Final = (*_NAMES, *SPANS, "stop", "reasoning_effort")


def read_settings(data: object, faults: list[Fault]) -> dict[str, Any]:
    found = fields(data, ("model",), SETTINGS, faults)
    if found.keys() >= set(_NAMES):
        faults.append(Fault(("model", "model"), "a prompt names a chain or a model, not both."))
    return {name: _value(name, value, faults) for name, value in found.items()}


def _value(name: str, value: Any, faults: list[Fault]) -> Any:
    if name in SPANS:
        return _number(name, value, SPANS[name], faults)
    if name == "stop":
        return _stops(value, faults)
    allowed = ", ".join(EFFORTS) if name == "reasoning_effort" else f"a name of 1 to {LONGEST_NAME} characters"
    is_fit = value in EFFORTS if name == "reasoning_effort" else _is_name(value)
    if not is_fit:
        faults.append(Fault(("model", name), f"it is {kind(value)}; it must be: {allowed}."))
    return value


def _number(name: str, value: Any, span: Span, faults: list[Fault]) -> float | int:
    allowed = (int,) if span.whole else (int, float)
    if type(value) not in allowed or not span.least <= value <= span.most:
        what = "a whole number" if span.whole else "a number"
        detail = f"it is {kind(value)}; it must be {what} from {span.least:,} to {span.most:,}."
        faults.append(Fault(("model", name), detail))
        return 0
    # 1 and 1.0 are one setting: one version. Adding 0.0 makes -0.0 the zero that every database keeps.
    return value if span.whole else float(value) + 0.0


def _stops(value: Any, faults: list[Fault]) -> list[str]:
    stops = [value] if isinstance(value, str) else value
    if not isinstance(stops, list) or not 1 <= len(stops) <= MOST_STOPS or not all(map(_is_name, stops)):
        faults.append(Fault(("model", "stop"), f"it must be a text, or a list of 1 to {MOST_STOPS} texts."))
        return []
    return stops


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= LONGEST_NAME and "\0" not in value and _is_unicode(value)


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)
