"""CPU a call of one gateway process with everything on, beside the bare road in the same run.

Both are asked by the harness that also runs peers, against its mock provider.

The harness is looked for in BENCH_HARNESS (../shared/bench). BENCH_PEERS names peers that it has installed, BENCH_REPS
how often it measures, BENCH_RATE_SECONDS how long it looks at the latency: 20 calls a second.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from bench import stack

HARNESS = Path(os.environ.get("BENCH_HARNESS", stack.ROOT.parent / "shared" / "bench"))
# Where the harness's mock provider answers: one address well, the other always with 429.
DECLARED = """
providers:
  bench-ok: {base_url: "http://127.0.0.1:9101/v1", api_key: sk-bench, allow_private: true}
  bench-limited: {base_url: "http://127.0.0.1:9102/v1", api_key: sk-bench, allow_private: true}
models:
  gpt-4o-mini: {provider: bench-ok, prices: {input: "0.15", cached: "0.075", output: "0.60"}}
  gpt-4o-mini-limited:
    {provider: bench-limited, upstream: gpt-4o-mini, prices: {input: "0.15", cached: "0.075", output: "0.60"}}
chains:
  bench-429: {models: [gpt-4o-mini-limited, gpt-4o-mini]}
features:
  bench: {name: Bench}
tenants:
  bench: {name: Bench}
"""


def main() -> None:
    if not (HARNESS / "bench.py").exists():
        print(f"No harness in {HARNESS}: set BENCH_HARNESS to its folder.")
        return
    with stack.home() as folder, stack.running(folder, AIOPS_GATEWAYS="1", DEMO="0") as running:
        key = declare(running, folder.parent)
        measure(running, key, build(folder.parent / "work"))


def declare(running: stack.Stack, folder: Path) -> str:
    """The bench's own tenant, models and chain; the text of a key for them."""
    file = folder / "bench.yaml"
    file.write_text(DECLARED)
    running.aiops("apply", "-f", str(file))
    return str(json.loads(running.aiops("key", "create", "--tenant", "bench", "--json"))["key"])


def build(work: Path) -> Path:
    """The mock provider and the load generator, unless BENCH_WORK holds them."""
    if given := os.environ.get("BENCH_WORK"):
        return Path(given)
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise SystemExit("The harness's mock provider is C: install gcc, or set BENCH_WORK to where it was built.")
    work.mkdir()
    for name in ("mock", "load"):
        subprocess.run([compiler, "-O2", "-o", work / name, HARNESS / f"{name}.c"], check=True)  # noqa: S603
    return work


def measure(running: stack.Stack, key: str, work: Path) -> None:
    port = urlsplit(running.run["gateway_url"]).port
    (pid,) = running.run["pids"]["gateway"]
    environment = {
        "BENCH_WORK": str(work),
        "BENCH_KEY": key,
        "BENCH_MODEL": "gpt-4o-mini",
        "BENCH_FALLBACK_MODEL": "bench-429",
    }
    with bare() as (bare_port, bare_pid):
        attached = [f"aiops={port}:{pid}", f"bare={bare_port}:{bare_pid}"]
        command = [sys.executable, "bench.py", "--attach", *attached, "--out", str(work / "results.json")]
        command += ["--reps", os.environ.get("BENCH_REPS", "3")]
        command += ["--rate-secs", os.environ.get("BENCH_RATE_SECONDS", "20")]
        command += ["--only", "direct"]
        command += os.environ.get("BENCH_PEERS", "").split()
        subprocess.run(command, cwd=HARNESS, env={**os.environ, **environment}, check=True)  # noqa: S603
    tell_ratios(json.loads((work / "results.json").read_text())["R"])


@contextmanager
def bare() -> Iterator[tuple[int, int]]:
    """Port and process of the yardstick."""
    command = [sys.executable, "-m", "bench.bare"]
    with subprocess.Popen(command, cwd=stack.ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            yield int(process.stdout.readline()), process.pid
        finally:
            process.terminate()


def tell_ratios(results: dict[str, dict[str, list[dict[str, float]]]]) -> None:
    for cell, what, most in (("sat_json", "JSON", 0.35), ("sat_sse", "stream", 1.2), ("sat_fb", "fallback", 0.6)):
        ours, theirs = (median(each["cpu_ms"] for each in results[name][cell]) for name in ("aiops", "bare"))
        print(f"{what}: {ours:.3f} ms of CPU a call (mark <= {most}), {ours / theirs:.2f} x the bare {theirs:.3f}")
    direct = next(told for name, told in results.items() if name.startswith("direct"))
    for share, most in (("p50", 2), ("p99", 6)):
        ours, theirs = (median(each[share] for each in told["rate_json"]) for told in (results["aiops"], direct))
        print(f"JSON, added {share}: {ours - theirs:.2f} ms (mark <= {most})")


if __name__ == "__main__":
    main()
