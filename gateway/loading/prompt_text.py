"""The content of a prompt's version, compiled when it is first needed. Pure."""

import zlib
from threading import Lock
from typing import Final

from prompts.bundle import BadBundle, Bundle
from prompts.rendering import BadTemplate, Compiled, compile_bundle

# Of text most of it at a third of the time.
_LEVEL: Final = 1


class Unusable(Exception):
    """This content was kept once, and cannot be rendered by this console."""


class PromptText:
    """Compiled once, whoever asks at the same time; then the content itself is let go of.

    Until then it is compressed: of a long history all that was ever served may be asked for, and hardly any is.
    """

    __slots__ = ("_compiled", "_content", "_fault", "_lock")

    def __init__(self, content: str) -> None:
        self._content = zlib.compress(content.encode(), _LEVEL)
        self._compiled: Compiled | None = None
        self._fault = ""
        self._lock = Lock()

    @property
    def is_ready(self) -> bool:
        """Whether `compiled` answers at once. If not, it is asked in a thread: a long prompt takes its time."""
        return self._compiled is not None or bool(self._fault)

    def compiled(self) -> Compiled:
        """Raises Unusable."""
        if not self.is_ready:
            with self._lock:
                self._compile()
        if self._compiled is None:
            raise Unusable(self._fault)
        return self._compiled

    def _compile(self) -> None:
        if self.is_ready:
            return
        try:
            self._compiled = compile_bundle(Bundle.from_json(zlib.decompress(self._content).decode()))
        except (BadBundle, BadTemplate) as fault:
            self._fault = fault.detail
        self._content = b""
