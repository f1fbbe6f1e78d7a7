import argparse
import socket

from aiops.simulator.faults import KINDS, QUICK, Behaviour, UnknownFault
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
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="[MODEL=]KIND",
        help=f"fail from the start; one of {', '.join(sorted(KINDS))}",
    )
    parser.add_argument(
        "--chunk-delay-ms", type=int, default=_CHUNK_DELAY_MS, help="between the pieces of a streamed answer"
    )
    wanted = parser.parse_args()
    try:
        for each in wanted.fault:
            Behaviour.parse({"fault": each.rpartition("=")[2]}, QUICK)
    except UnknownFault as fault:
        parser.error(str(fault))
    listener = socket.socket(fileno=wanted.fd) if wanted.fd is not None else listen(wanted.port)
    print(f"listening on 127.0.0.1:{listener.getsockname()[1]}", flush=True)
    serve(listener, faults=wanted.fault, usual=Behaviour(chunk_delay_ms=wanted.chunk_delay_ms))


if __name__ == "__main__":
    main()
