import argparse
import socket

from aiops.simulator.faults import Behaviour, UnknownFault
from aiops.simulator.serving import listen, serve

# About as fast as a person reads along.
_CHUNK_DELAY_MS = 10


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m aiops.simulator", description="An OpenAI-compatible server of ours."
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--fd", type=int, help="a listening socket that was handed down")
    where.add_argument("--port", type=int, help="on 127.0.0.1; 0 for a free one")
    parser.add_argument("--fault", action="append", default=[], metavar="[MODEL=]KIND")
    parser.add_argument("--chunk-delay-ms", type=int, default=_CHUNK_DELAY_MS)
    wanted = parser.parse_args()
    listener = socket.socket(fileno=wanted.fd) if wanted.fd is not None else listen(wanted.port)
    print(f"listening on 127.0.0.1:{listener.getsockname()[1]}", flush=True)
    try:
        serve(listener, faults=wanted.fault, usual=Behaviour(chunk_delay_ms=wanted.chunk_delay_ms))
    except UnknownFault as fault:
        parser.error(str(fault))


if __name__ == "__main__":
    main()
