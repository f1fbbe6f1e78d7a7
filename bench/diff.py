"""How long the console takes to show a comparison of 1,000 cases, and to step through them, one request at a time."""

import json
import re
from statistics import median, quantiles
from typing import Any, Final

import httpx

from bench import pages, stack
from bench.evals import CASES, prepared
from bench.upstream import upstream

REQUESTS: Final = 100
MARK, MARK_OF_A_STEP = 250, 100
_WORSE: Final = "Be brief."


def main() -> None:
    with stack.home() as folder, upstream(_words, seconds=0) as url, stack.running(folder) as running:
        base = prepared(running, folder.parent, url)
        run = _compared(running, folder.parent / "prompts", base)
        page = f"/evals/runs/{run['id']}/"
        with pages.client(running) as client:
            pages.log_in(client, **running.run["demo"]["logins"]["admin"])
            _measure(client, page, f"{page}?only=regressed", f"{page}?only=changed", f"{page}?only=same&case=case-997")
            _measure(client, f"{page}?only=regressed&case=case-10", headers={"HX-Request": "true", "HX-Target": "case"})
    print(f"{CASES:,} cases, {run['verdict']}; marks: p95 <= {MARK} ms, a step through them <= {MARK_OF_A_STEP} ms")


def _words(body: str) -> str:
    """Head gets every tenth wrong, and says the rest in other words."""
    if _WORSE not in body:
        return "Yes, you have 30 days from the day on which it came."
    return "Ask support." if re.search(r"Question \d*0\?", body) else "Yes: 30 days."


def _compared(running: stack.Stack, prompts: Any, base: str) -> dict[str, Any]:
    file = prompts / "bench.prompt.yaml"
    file.write_text(file.read_text().replace("{{ question }}", f"{_WORSE} {{{{ question }}}}"))
    (pushed,) = json.loads(running.aiops("prompts", "push", str(prompts), "--json"))
    order = ("evals", "run", "bench", "--base", base, "--head", pushed["version"], "--at-once", "100", "--no-wait")
    run = json.loads(running.aiops(*order, "--json"))
    while run["state"] == "running":
        run = json.loads(running.aiops("evals", "show", run["id"], "--json"))
    return run


def _measure(client: httpx.Client, *addresses: str, headers: dict[str, str] | None = None) -> None:
    for address in addresses:
        times = [pages.milliseconds(client, address, headers) for _ in range(REQUESTS)]
        shown = re.sub(r"/[0-9a-f-]{36}/", "/…/", address) + (", the case alone" if headers else "")
        print(f"{shown:<60} median {median(times):5.0f} ms, p95 {quantiles(times, n=20)[-1]:5.0f} ms")


if __name__ == "__main__":
    main()
