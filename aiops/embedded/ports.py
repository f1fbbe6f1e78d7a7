import random
import socket

from aiops.embedded.errors import CannotStart

HOST = "127.0.0.1"
# Below the kernel's range for outgoing connections, so that none of those takes the port while a server restarts.
_QUIET = range(20000, 30000)


def listen(port: int, *, setting: str) -> socket.socket:
    """A listening socket to hand down; it outlives the process that serves it, so a restart refuses nobody."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Accepted connections have it from here: an answer's end must not wait until its beginning is acknowledged.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((HOST, port))
    except OSError as fault:
        listener.close()
        raise CannotStart(
            f"Port {port} cannot be used ({fault.strerror}). Choose another with {setting}=…, or {setting}=0 for any."
        ) from fault
    listener.listen(1024)
    return listener


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def free_port(before: int | None = None) -> int:
    """`before`: the one of an earlier start, which it gets again when nobody has taken it."""
    candidates = random.sample(_QUIET, 200)
    for port in candidates if before is None else [before, *candidates]:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((HOST, port))
            except OSError:
                continue
            return port
    raise CannotStart(f"No port is free between {_QUIET.start} and {_QUIET.stop}.")
