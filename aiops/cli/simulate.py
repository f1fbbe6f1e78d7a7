"""`aiops simulate`: a provider that costs nothing, to try things against."""

from typing import Annotated

import typer

from aiops.cli.app import app
from aiops.cli.failing import fail
from aiops.simulator.faults import KINDS, QUICK, Behaviour, UnknownFault


@app.command(rich_help_panel="This machine")
def simulate(
    port: Annotated[
        int, typer.Option(help="Where it listens, on 127.0.0.1; 0 for a free port.", min=0, max=65535)
    ] = 8710,
    fault: Annotated[
        list[str] | None,
        typer.Option(metavar="[MODEL=]KIND", help=f"Fail from the start; one of {', '.join(sorted(KINDS))}."),
    ] = None,
    chunk_delay_ms: Annotated[int, typer.Option(help="Between the pieces of a streamed answer.", min=0)] = 10,
) -> None:
    """Run an OpenAI-compatible server that answers from a small invented help centre, and fails when told to.

    One call fails by its own body: {"x_simulate": {"fault": "429", "retry_after": 2}}. A model fails by
    POST /control/faults {"model": "gpt-4o-mini", "fault": "500", "count": 3}; DELETE /control/faults ends it.
    docs/simulator.md tells what each fault does.
    """
    # Uvicorn is slow to import, and every other command would wait for it.
    from aiops.simulator.serving import listen, serve  # noqa: PLC0415

    try:
        for each in fault or ():
            Behaviour.parse({"fault": each.rpartition("=")[2]}, QUICK)
    except UnknownFault as unknown:
        raise typer.BadParameter(str(unknown), param_hint="--fault") from unknown
    try:
        listener = listen(port)
    except OSError as fault_of_port:
        fail(f"port {port} cannot be used ({fault_of_port.strerror}). Choose another with --port, or --port 0 for any.")
    typer.echo(f"Simulating on http://127.0.0.1:{listener.getsockname()[1]}/v1 (Ctrl-C ends it)")
    serve(listener, faults=fault or (), usual=Behaviour(chunk_delay_ms=chunk_delay_ms))
