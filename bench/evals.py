"""How long a suite of 1,000 cases takes on the workers, against a provider that needs 200 ms for every answer."""

import json
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench import stack
from bench.upstream import upstream

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
    with (
        stack.home() as folder,
        upstream(lambda _: "Yes, 30 days.", seconds=_UPSTREAM_SECONDS) as url,
        stack.running(folder, DEMO="0") as running,
    ):
        version = prepared(running, folder.parent, url)
        found = [_seconds(running, version) for _ in range(RUNS)]
    ideal = found[0][0]
    times = [seconds for _, seconds in found]
    seen = ", ".join(f"{each:.1f}" for each in times)
    print(f"{CASES:,} cases, {AT_ONCE} at a time: ideal {ideal:.1f} s; seen {seen} s")
    print(f"median {median(times) / ideal:.2f} x the ideal; mark <= {MARK} x")


def prepared(running: stack.Stack, folder: Path, url: str) -> str:
    """Hash of the version to judge; its prompt and the suite of it are in the folder."""
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
