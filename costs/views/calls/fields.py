"""The filters as fields of the form, with what the address says in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from costs.records import PriceMatch
from costs.views.calls.parameters import GROUNDING, PLAIN, QUOTES
from costs.views.calls.wording import PRICES
from gateway.grounding.verdict import Reason
from gateway.refusal_words import word_of

type Query = Mapping[str, Sequence[str]]

_YES_NO: Final = (("yes", "Yes"), ("no", "No"))
_PLACEHOLDERS: Final = {
    "user": "Exact id", "session": "Exact id", "stop": "Its id", "priced": "Its id", "hop": "429, timeout, 503, …",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    name: str
    label: str
    value: str
    placeholder: str


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Span:
    """From, and up to; `mode` is the keyboard of a phone."""

    label: str
    low: Text
    high: Text
    mode: str


def texts(query: Query) -> list[Text]:
    shown = [each for each in PLAIN if each.name in _PLACEHOLDERS or (each.read is str and each.name != "id")]
    return [Text(each.name, each.label, _value(query, each.name), _PLACEHOLDERS.get(each.name, "")) for each in shown]


def choices(query: Query) -> list[Choice]:
    offered: list[tuple[str, str, Sequence[tuple[str, str]]]] = [
        ("grounding", "Grounding", _capital(GROUNDING)),
        ("refusal", "Withheld for", _capital({str(reason): word_of(reason) for reason in Reason})),
        ("quotes", "Has quotes", _capital(QUOTES)),
        ("price", "Price", _capital({str(match): PRICES[match] for match in PriceMatch})),
        ("fallback", "Fallback", _YES_NO),
        ("kept", "Kept answer", _YES_NO),
        ("streamed", "Streamed", _YES_NO),
        ("simulated", "Simulated", _YES_NO),
        ("estimated", "Estimated", _YES_NO),
    ]
    return [Choice(name, label, _value(query, name), options) for name, label, options in offered]


def spans(query: Query) -> list[Span]:
    offered = [
        ("Cost, $", "cost", "0.05", "1", "decimal"),
        ("Took, ms", "ms", "5000", "60000", "numeric"),
        ("First words after, ms", "first", "1000", "5000", "numeric"),
        ("Tokens", "tokens", "1000", "8000", "numeric"),
        ("Confidence", "confidence", "0", "0.8", "decimal"),
    ]
    return [
        Span(label, _text(query, name, "at least", low), _text(query, f"{name}_to", "at most", high), mode)
        for label, name, low, high, mode in offered
    ]


def _text(query: Query, name: str, label: str, placeholder: str) -> Text:
    return Text(name, label, _value(query, name), placeholder)


def _value(query: Query, name: str) -> str:
    return query.get(name, [""])[0]


def _capital(words: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(value, word[:1].upper() + word[1:]) for value, word in words.items()]
