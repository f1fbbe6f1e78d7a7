"""What a model replied, read strictly. Pure."""

from typing import Any, Final, NamedTuple

import orjson

MOST_CLAIMS: Final = 60
MOST_QUOTES: Final = 100
LONGEST_QUOTE: Final = 2000
# Checking takes the longer the more is quoted.
LONGEST_QUOTES: Final = 20_000
# No reply of the shape that is asked for is as long; reading a longer one would hold up every other call.
_LONGEST: Final = 1_000_000
_THOUGHT_BEGINS: Final = ("<think>", "<thinking>")
_THOUGHT_ENDS: Final = ("</think>", "</thinking>")


class BadAnswer(ValueError):
    """What is wrong, as the model is told."""


class Claim(NamedTuple):
    text: str
    # Of each quote its source and its text.
    quotes: tuple[tuple[str, str], ...]


class Answer(NamedTuple):
    answer: str
    claims: tuple[Claim, ...]
    confidence: float
    refused: bool
    missing: str


def parse(content: object) -> Answer:
    """Raises BadAnswer."""
    if not isinstance(content, str) or not content.strip():
        raise BadAnswer("The reply is empty.")
    if len(content) > _LONGEST:
        raise BadAnswer(f"The reply is longer than {_LONGEST:,} characters.")
    return _answer(_fields(_read(content), "The reply"))


def _read(content: str) -> Any:
    """The one object in it, whatever is said around it."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        said = _without_thought(content)
    try:
        return orjson.loads(said[max(0, said.find("{")) : said.rfind("}") + 1])
    except orjson.JSONDecodeError as fault:
        raise BadAnswer(f"The reply is not one JSON object: {fault}.") from None


def _without_thought(content: str) -> str:
    """Models that were not held to a schema think aloud."""
    begins = [place for tag in _THOUGHT_BEGINS if (place := content.find(tag)) >= 0]
    ends = [place + len(tag) for tag in _THOUGHT_ENDS if (place := content.find(tag)) >= 0]
    if not begins or not ends or min(ends) < min(begins):
        return content
    return content[: min(begins)] + content[min(ends) :]


def _answer(found: dict[str, Any]) -> Answer:
    confidence = found.get("confidence")
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        raise BadAnswer("confidence must be a number from 0 to 1.")
    refused = found.get("refused")
    if not isinstance(refused, bool):
        raise BadAnswer("refused must be true or false.")
    claims = tuple(_claim(place, each) for place, each in enumerate(_listed(found, "claims", "The reply"), 1))
    _check_size(claims)
    missing = found.get("missing")
    return Answer(
        _text(found, "answer", "The reply"),
        claims,
        round(float(confidence), 4),
        refused,
        missing if isinstance(missing, str) else "",
    )


def _claim(place: int, given: Any) -> Claim:
    where = f"Claim {place}"
    claim = _fields(given, where)
    quotes = [_fields(each, f"{where}: a quote") for each in _listed(claim, "quotes", where)]
    pairs = ((_text(each, "source_id", where), _text(each, "quote", where)) for each in quotes)
    return Claim(_text(claim, "text", where), tuple(pairs))


def _check_size(claims: tuple[Claim, ...]) -> None:
    quotes = [len(text) for claim in claims for _, text in claim.quotes]
    if len(claims) > MOST_CLAIMS or len(quotes) > MOST_QUOTES:
        raise BadAnswer(f"The reply has too many claims or quotes: at most {MOST_CLAIMS} and {MOST_QUOTES}.")
    if max(quotes, default=0) > LONGEST_QUOTE or sum(quotes) > LONGEST_QUOTES:
        raise BadAnswer(f"Quotes are too long: at most {LONGEST_QUOTE} characters each; quote only what is needed.")


def _fields(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadAnswer(f"{where} must be a JSON object.")
    return value


def _listed(found: dict[str, Any], name: str, where: str) -> list[Any]:
    value = found.get(name)
    if not isinstance(value, list):
        raise BadAnswer(f"{where}: {name} must be a list.")
    return value


def _text(found: dict[str, Any], name: str, where: str) -> str:
    value = found.get(name)
    if not isinstance(value, str):
        raise BadAnswer(f"{where}: {name} must be a text.")
    return value
