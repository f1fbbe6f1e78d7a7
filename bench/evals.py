"""How long a suite of 1,000 cases takes on the workers, against a provider that needs 200 ms for every answer."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any, Final

from aiohttp import web

from bench import stack

CASES: Final = 1_000
AT_ONCE: Final = 50
RUNS: Final = 3
MARK: Final = 1.3
_UPSTREAM_SECONDS: Final = 0.2
_DECLARED = """
providers:
  slow: {{base_url: "{url}/v1", api_key: sk-bench, allow_private: true}}
models:
  slow: {{provider: slow, prices: {{input: "0.15", output: "0.60"}}}}
chains:
  patient: {{models: [slow]}}
"""
_PROMPT = """
name: bench
messages:
  - {role: user, content: "{{ question }}"}
variables:
  question: {type: string, required: true}
model: {chain: patient, temperature: 0}
suites: [bench]
"""


def main() -> None:
    with stack.home() as folder, _upstream() as url, stack.running(folder, DEMO="0") as running:
        version = _prepared(running, folder.parent, url)
        found = [_seconds(running, version) for _ in range(RUNS)]
    ideal = found[0][0]
    times = [seconds for _, seconds in found]
    seen = ", ".join(f"{each:.1f}" for each in times)
    print(f"{CASES:,} cases, {AT_ONCE} at a time: ideal {ideal:.1f} s; seen {seen} s")
    print(f"median {median(times) / ideal:.2f} x the ideal; mark <= {MARK} x")


@contextmanager
def _upstream() -> Iterator[str]:
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", _answer)
    runner = web.AppRunner(app, access_log=None)
    port = asyncio.run_coroutine_threadsafe(_serve(runner), loop).result()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _serve(runner: web.AppRunner) -> int:
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port: int = runner.addresses[0][1]
    return port


async def _answer(request: web.Request) -> web.Response:
    await request.read()
    await asyncio.sleep(_UPSTREAM_SECONDS)
    return web.json_response(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "slow",
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": "Yes, 30 days."}, "finish_reason": "stop"}
            ],
            "usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25},
        }
    )


def _prepared(running: stack.Stack, folder: Path, url: str) -> str:
    """Hash of the version to judge."""
    declared, prompts, suites = folder / "bench.yaml", folder / "prompts", folder / "suites"
    declared.write_text(_DECLARED.format(url=url))
    prompts.mkdir()
    suites.mkdir()
    (prompts / "bench.prompt.yaml").write_text(_PROMPT)
    tests = [
        {
            "id": f"case-{number}",
            "vars": {"question": f"Question {number}?"},
            "assert": [{"type": "contains", "value": "30"}],
        }
        for number in range(CASES)
    ]
    (suites / "bench.yaml").write_text(json.dumps({"suite": "bench", "prompt": "bench", "tests": tests}))
    running.aiops("apply", "-f", str(declared))
    (pushed,) = json.loads(running.aiops("prompts", "push", str(prompts), "--suites", str(suites), "--json"))
    return str(pushed["version"])


def _seconds(running: stack.Stack, version: str) -> tuple[float, float]:
    """Of the ideal, and of what was seen from the order to the last answer."""
    command = ("evals", "run", "bench", "--head", version, "--at-once", str(AT_ONCE), "--json")
    run: dict[str, Any] = json.loads(running.aiops(*command))
    seconds = (datetime.fromisoformat(run["ended_at"]) - datetime.fromisoformat(run["started_at"])).total_seconds()
    return run["planned"] * _UPSTREAM_SECONDS / AT_ONCE, seconds


if __name__ == "__main__":
    main()
