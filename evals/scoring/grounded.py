"""The shape of an answer that shows where it has things from.

{answer, claims: [{text, quotes: [{source_id, quote}]}], confidence, refused, missing}
"""

from collections.abc import Mapping
from typing import Any

from evals.suites.values import NotJson, read_json
from gateway.grounding.quotes import Quote


def parsed(text: str) -> dict[str, Any] | None:
    """The answer as an object, in whichever shape; None when it is no JSON object."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        found = read_json(text)
    except NotJson:
        return None
    return found if isinstance(found, dict) else None


def quotes(answer: Mapping[str, Any]) -> list[Quote] | None:
    """None when the answer is not of this shape."""
    claims = answer.get("claims")
    if not isinstance(claims, list) or not all(isinstance(claim, Mapping) for claim in claims):
        return None
    return [quote for index, claim in enumerate(claims) for quote in _of_claim(index, claim)]


def _of_claim(index: int, claim: Mapping[str, Any]) -> list[Quote]:
    given = claim.get("quotes")
    listed = [each for each in given if isinstance(each, Mapping)] if isinstance(given, list) else []
    return [Quote(index, str(each.get("source_id", "")), str(each.get("quote", ""))) for each in listed]
