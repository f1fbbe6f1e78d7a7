"""Run the simulator on a socket."""

import logging
import socket
from collections.abc import Sequence

import uvicorn

from aiops.simulator.app import Simulator
from aiops.simulator.faults import ALL_MODELS, QUICK, Behaviour


def serve(listener: socket.socket, *, faults: Sequence[str] = (), usual: Behaviour = QUICK) -> None:
    """Until a signal. A fault is `KIND` for all models or `MODEL=KIND`."""
    simulator = Simulator(usual)
    for text in faults:
        model, _, kind = text.rpartition("=")
        simulator.faults.set(model or ALL_MODELS, Behaviour.parse({"fault": kind}, usual))
    # A dropped stream is no news here.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    config = uvicorn.Config(
        simulator,
        lifespan="off",
        loop="uvloop",
        http="httptools",
        ws="none",
        interface="asgi3",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[listener])


def listen(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port), backlog=1024)
