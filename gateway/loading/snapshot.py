"""The configuration as this process holds it, kept current by the watcher."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from gateway.config import Config
from gateway.loading.configuration import load


class ConfigSnapshot:
    """What every call reads; it keeps the configuration it began with to its end."""

    def __init__(self) -> None:
        self.current = Config()

    @property
    def number(self) -> int:
        return self.current.number

    @property
    def mark(self) -> UUID:
        return self.current.mark

    async def reload(self) -> int:
        self.current = await asyncio.to_thread(load, datetime.now(UTC), self.current)
        return 0

    def push(self, message: dict[str, Any]) -> int:
        """A push says only that there is something to read, which the comparison that follows it does."""
        return 0
