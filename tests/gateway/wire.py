"""A wire between a process and a server of its, which a test can cut."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit


class Wire:
    def __init__(self, setting: str) -> None:
        """From a free port to where the setting of this name points."""
        self._parts = urlsplit(os.environ[setting])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._is_cut = False
        self._swallows = False
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        user, _, _ = self._parts.netloc.rpartition("@")
        return urlunsplit(self._parts._replace(netloc=f"{user}@127.0.0.1:{self._listener.getsockname()[1]}"))

    def cut(self) -> None:
        self._is_cut = True
        self._drop_all()

    def mend(self) -> None:
        self._is_cut = False

    def swallow(self) -> None:
        """Half open: both ends stay connected, and nothing arrives any more, on new connections either."""
        self._swallows = True

    def remove(self) -> None:
        self._listener.close()
        self._drop_all()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._is_cut:
                    near.close()
                else:
                    self._join(near)

    def _join(self, near: socket.socket) -> None:
        far = socket.create_connection((self._parts.hostname or "", self._parts.port or 0))
        self._open += [near, far]
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if not self._swallows:
                    sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def _drop_all(self) -> None:
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open = []


@contextmanager
def wire(setting: str) -> Iterator[Wire]:
    made = Wire(setting)
    try:
        yield made
    finally:
        made.remove()
