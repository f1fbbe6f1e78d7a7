"""OpenAI's embeddings: of the same text always the same vector of length one. Pure."""

import base64
import hashlib
import math
import struct
from collections.abc import Mapping
from typing import Any, Final

import orjson

from aiops.simulator.completions import tokens_of
from aiops.simulator.faults import Behaviour

_DIMENSIONS: Final = 1536
_MOST: Final = 4096
_FORMATS: Final = ("float", "base64")


def whole(body: Mapping[str, Any], behaviour: Behaviour) -> dict[str, Any]:
    """Raises ValueError for what OpenAI refuses, too."""
    size, how = body.get("dimensions", _DIMENSIONS), body.get("encoding_format", "float")
    if type(size) is not int or not 0 < size <= _MOST:
        raise ValueError(f"dimensions must be a whole number from 1 to {_MOST}.")
    if how not in _FORMATS:
        raise ValueError(f"encoding_format must be one of {', '.join(_FORMATS)}.")
    inputs = _inputs(body.get("input"))
    tokens = sum(map(_tokens_of, inputs))
    model = str(body.get("model", ""))
    vectors = [_vector(each, size) for each in inputs]
    return {
        "object": "list",
        "data": [
            {"object": "embedding", "index": index, "embedding": _packed(vector) if how == "base64" else vector}
            for index, vector in enumerate(vectors)
        ],
        "model": f"{model}-drifted" if behaviour.fault == "drifted_model" else model,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _inputs(given: object) -> list[Any]:
    """A text or a list of texts; of tokens likewise."""
    if isinstance(given, list) and given and all(type(each) is int for each in given):
        return [given]
    inputs = given if isinstance(given, list) else [given]
    if not inputs or not all(isinstance(each, str | list) and each for each in inputs):
        raise ValueError("input must be a text, or a list of texts, none of them empty.")
    return inputs


def _tokens_of(given: str | list[int]) -> int:
    return tokens_of(given) if isinstance(given, str) else len(given)


def _vector(given: str | list[int], size: int) -> list[float]:
    digest = hashlib.shake_256(orjson.dumps(given)).digest(size * 2)
    raw = [value / 32768 for value in struct.unpack(f"<{size}h", digest)]
    length = math.hypot(*raw) or 1.0
    return [value / length for value in raw]


def _packed(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
