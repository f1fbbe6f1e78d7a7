"""How much a model has written, for an answer that nobody counts. Pure."""

from typing import Final

_BYTES_A_TOKEN: Final = 4


class Written:
    """Providers send about a token a piece, or longer pieces at about four bytes a token."""

    __slots__ = ("_pieces", "_size")

    def __init__(self) -> None:
        self._pieces = self._size = 0

    def add(self, words: str) -> None:
        if words:
            self._pieces += 1
            self._size += len(words) if words.isascii() else len(words.encode(errors="surrogatepass"))

    @property
    def tokens(self) -> int:
        return max(self._pieces, self._size // _BYTES_A_TOKEN)
