"""`python -m gateway`: one gateway process on a socket of its own or on one that was handed down."""

import argparse
import gc
import os
import socket

import django
import uvicorn

from gateway.process.descriptors import raise_limit
from gateway.process.http import BoundedHttp
from gateway.process.server import Server


def main() -> None:
    wanted = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiops.settings")
    django.setup()
    # Models are there only now.
    from gateway.app import Gateway  # noqa: PLC0415
    from gateway.process.runtime import Runtime  # noqa: PLC0415

    listener = socket.socket(fileno=wanted.fd) if wanted.fd is not None else _listen(wanted.host, wanted.port)
    host, port = listener.getsockname()[:2]
    print(f"listening on {host}:{port}", flush=True)
    runtime = Runtime.from_settings(wanted.name)
    config = uvicorn.Config(
        Gateway(runtime, is_leaving=lambda: server.should_exit),
        lifespan="on",
        loop="uvloop",
        http=BoundedHttp,
        ws="none",
        interface="asgi3",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        # Longer than the pools of clients, so that it is they who close.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=runtime.limits.leave_seconds,
    )
    server = Server(config, runtime.leave)
    raise_limit(runtime.limits.max_calls)
    _spare_the_collector()
    server.run(sockets=[listener])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gateway", description="One process of the gateway.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--fd", type=int, help="a listening socket that was handed down")
    where.add_argument("--port", type=int, help="0 for a free one")
    parser.add_argument("--host", default="127.0.0.1", help="with --port: the address to listen on")
    parser.add_argument("--name", default="gateway-1", help="how logs, health and the console call it")
    return parser.parse_args()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


def _spare_the_collector() -> None:
    """What is there at start stays to the end, and calls leave little behind: collect seldom, and only what is new."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


if __name__ == "__main__":
    main()
