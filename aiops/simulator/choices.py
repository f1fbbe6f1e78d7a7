"""How many answers are asked for, and how likely each of their words was: always the same, and made up. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_MOST: Final = 128
_MOST_BESIDE: Final = 20
# The first is nearly certain; each one beside it is less likely by as much.
_LESS: Final = 1.5


@dataclass(frozen=True, slots=True)
class Wanted:
    count: int = 1
    # None: nobody asked; 0: of what is said alone.
    beside: int | None = None

    def logprobs(self, pieces: Sequence[str], said: Sequence[str]) -> dict[str, Any] | None:
        """Of these pieces of what is `said`."""
        if self.beside is None:
            return None
        return {"content": [_likely(piece, said, self.beside) for piece in pieces], "refusal": None}


ONE: Final = Wanted()


def wanted(body: Mapping[str, Any]) -> Wanted:
    beside = _within(body.get("top_logprobs"), 0, _MOST_BESIDE) if body.get("logprobs") is True else None
    return Wanted(_within(body.get("n"), 1, _MOST), beside)


def _within(value: object, least: int, most: int) -> int:
    return min(max(value, least), most) if type(value) is int else least


def _likely(piece: str, said: Sequence[str], beside: int) -> dict[str, Any]:
    others = [other for other in dict.fromkeys(said) if other != piece][:beside] if beside else []
    first = -int(hashlib.sha256(piece.encode()).hexdigest()[:2], 16) / 1000
    ranked = [_token(each, first - _LESS * place) for place, each in enumerate([piece, *others])]
    return {**ranked[0], "top_logprobs": ranked[:beside]}


def _token(text: str, logprob: float) -> dict[str, Any]:
    return {"token": text, "logprob": logprob, "bytes": list(text.encode())}
