"""By what tokens are counted: a tokenizer where the model's is known and installed, else four characters a token."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import Final

ESTIMATE: Final = "estimate"
# Of English prose; what a tokenizer makes of it differs by model.
_CHARACTERS_A_TOKEN: Final = 4
_ENCODINGS: Final = (
    ("o200k_base", re.compile(r"(?:chatgpt-4o|gpt-4o|gpt-4\.1|gpt-4\.5|gpt-5|o[134])(?:$|[-.].*)")),
    ("cl100k_base", re.compile(r"(?:gpt-4|gpt-3\.5|gpt-35)(?:$|[-.].*)")),
)
_PACKAGE: Final = "bpe_openai"
HOW_TO_INSTALL: Final = "to count as the model does, install bpe-openai (requirements-tokens.lock)"


@dataclass(frozen=True, slots=True)
class Counter:
    """`name`: of the encoding, or `estimate`; `count`: tokens of a text."""

    name: str
    count: Callable[[str], int]

    @property
    def is_estimate(self) -> bool:
        return self.name == ESTIMATE


def estimated(characters: int) -> int:
    return math.ceil(characters / _CHARACTERS_A_TOKEN)


def encoding_of(model: str) -> str | None:
    """The encoding that a model's tokenizer has; None where only its vendor knows. `openai/gpt-4o` is `gpt-4o`."""
    name = re.split(r"[/:]", model.lower())[-1]
    return next((encoding for encoding, pattern in _ENCODINGS if pattern.fullmatch(name)), None)


def is_installed() -> bool:
    return find_spec(_PACKAGE) is not None


@lru_cache(maxsize=8)
def counter_for(model: str) -> Counter:
    """Of a model's name; of a chain's name, or none, an estimate."""
    encoding = encoding_of(model)
    if encoding is None or not is_installed():
        return Counter(ESTIMATE, lambda text: estimated(len(text)))
    # Half a second and 75 MB, which only those pay who have installed it and name such a model.
    import bpe_openai  # noqa: PLC0415

    tokenizer = bpe_openai.get_encoding(encoding)
    return Counter(encoding, lambda text: len(tokenizer.encode_ordinary(text)))
