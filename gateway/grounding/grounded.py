"""A call that is answered from sources: what it brought, and what came of it. Pure."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from costs import grounding as record
from gateway.grounding.checking import Checked, Claim
from gateway.grounding.formats import Formats
from gateway.grounding.policy import Policy
from gateway.grounding.quotes import Finding, Text, Verified, Why
from gateway.grounding.sources import Source
from gateway.grounding.verdict import Verdict

_OF_THE_REQUEST: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})


class Grounded:
    __slots__ = ("checked", "formats", "policy", "sources", "texts", "verdict", "wants_usage", "without_schema")

    def __init__(
        self, policy: Policy, sources: tuple[Source, ...], *, wants_usage: bool, formats: Formats | None = None
    ) -> None:
        self.policy, self.sources = policy, sources
        # Read once for both replies, if there are two.
        self.texts = {source.id: Text(source.text) for source in sources}
        # Of a caller that streams, whether it asked for the chunk with the usage.
        self.wants_usage = wants_usage
        self.formats = formats or Formats()
        # The model that is tried without one, in this call.
        self.without_schema = ""
        self.checked: Checked | None = None
        self.verdict: Verdict | None = None

    def takes_schema(self, label: str) -> bool:
        return label != self.without_schema and self.formats.takes_schema(label)

    def may_go_without_schema(self, label: str, status: int) -> bool:
        """Of a refusal that may be of the schema alone: whether this model is asked once more, without it."""
        if status not in _OF_THE_REQUEST or not self.takes_schema(label):
            return False
        self.without_schema = label
        return True

    def answered_by(self, label: str) -> None:
        if label == self.without_schema:
            self.formats.has_none(label)

    def withhold(self) -> None:
        """The call ended otherwise: nobody got the answer, or the refusal."""
        self.verdict = None

    @property
    def word(self) -> str:
        """For the header."""
        if self.verdict is None:
            return ""
        if self.verdict.refused:
            return "refused"
        return "annotated" if self.policy.mode == "annotate" else "verified"

    def record(self) -> record.Grounding:
        """As far as it got: of a call that was cut there are only the sources."""
        counts, cited = self._counts(), self._cited()
        given = tuple(record.Source(source.id, source.tokens, source.id in cited) for source in self.sources)
        answer = self.checked.answer if self.checked else None
        return record.Grounding(
            confidence=Decimal(str(answer.confidence)) if answer else None,
            exact=counts[Finding.EXACT],
            near=counts[Finding.NEAR],
            wrong_source=counts[Finding.WRONG_SOURCE],
            fabricated=counts[Finding.FABRICATED],
            sources_given=len(given),
            sources_cited=len(cited),
            retrieved_tokens=sum(source.tokens for source in given),
            uncited_tokens=sum(source.tokens for source in given if not source.is_cited),
            refusal=str(self.verdict.reason) if self.verdict and self.verdict.refused else "",
            sources=given,
            quotes=record.bounded(map(_kept, self.checked.quotes)) if self.checked else (),
        )

    def told(self) -> Mapping[str, Any]:
        """The object `grounding` of the answer."""
        verdict, counts = self.verdict, self._counts()
        answer = self.checked.answer if self.checked else None
        return {
            "mode": str(self.policy.mode),
            "claims": [_claim(claim) for claim in verdict.claims] if verdict else [],
            "confidence": answer.confidence if answer else None,
            "refused": verdict.refused if verdict else False,
            "reason": str(verdict.reason) if verdict and verdict.reason else None,
            "missing": answer.missing if answer else "",
            "counts": {
                **{_name(finding): counts[finding] for finding in Finding},
                "sources_given": len(self.sources),
                "sources_cited": len(self._cited()),
            },
        }

    def _counts(self) -> Counter[Finding]:
        return Counter(quote.finding for quote in self.checked.quotes) if self.checked else Counter()

    def _cited(self) -> set[str]:
        return {quote.quote.source_id for quote in self.checked.quotes if quote.holds} if self.checked else set()


def _claim(claim: Claim) -> dict[str, Any]:
    return {"text": claim.text, "quotes": [_quote(quote) for quote in claim.quotes]}


def _quote(found: Verified) -> dict[str, Any]:
    start, end = found.span or (None, None)
    return {
        "source_id": found.quote.source_id,
        "quote": found.quote.text,
        "start": start,
        "end": end,
        "match": _name(found.finding),
        "why": _name(found.why) if found.why else None,
    }


def _kept(found: Verified) -> record.Quote:
    start, end = found.span or (None, None)
    why = _name(found.why) if found.why else ""
    return record.Quote(found.quote.claim + 1, found.quote.source_id, start, end, _name(found.finding), why)


def _name(word: Finding | Why) -> str:
    return word.replace(" ", "_")
