"""The server of one process: uvicorn's, which ends in our order."""

import socket
from collections.abc import Callable
from typing import override

import uvicorn


class Server(uvicorn.Server):
    """Told to end, it takes no more connections, closes those that are idle, and gives the rest their time."""

    def __init__(self, config: uvicorn.Config, leave: Callable[[], None]) -> None:
        super().__init__(config)
        self._leave = leave

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leave()
        await super().shutdown(sockets)
