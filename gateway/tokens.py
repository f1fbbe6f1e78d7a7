"""How many tokens words are, where nobody counts them. Pure."""

from typing import Final

BYTES_A_TOKEN: Final = 4


def size_of(words: str) -> int:
    """In bytes."""
    return len(words) if words.isascii() else len(words.encode(errors="surrogatepass"))


def tokens_in(size: int) -> int:
    return -(-size // BYTES_A_TOKEN)
