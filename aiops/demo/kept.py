"""What a start must find again at the next one: texts of keys and passwords, in the data folder's secrets.json."""

from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import CommandError

from aiops.embedded.home import write_private


class Kept:
    """Written back whole and at once: a start that breaks off must not have handed out what it forgot."""

    def __init__(self, home: Path) -> None:
        self._path = home / "secrets.json"
        self._stored = self._read()

    def get(self, name: str) -> Any:
        return self._stored.get(name)

    def keep(self, name: str, value: Any) -> None:
        # Somebody else may have written meanwhile.
        self._stored = self._read() | {name: value}
        write_private(self._path, orjson.dumps(self._stored, option=orjson.OPT_INDENT_2))

    def _read(self) -> dict[str, Any]:
        try:
            stored = orjson.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, orjson.JSONDecodeError) as fault:
            raise CommandError(f"{self._path} cannot be read ({fault}); put its backup back.") from fault
        return dict(stored)
