"""How long the console takes to answer its pages on the demo data, one request at a time."""

import json
import re
import time
from statistics import median, quantiles

import httpx

from bench import stack

REQUESTS = 50
PAGES = (
    "/switches/", "/switches/?q=nor", "/switches/halden/", "/calls/", "/calls/?outcome=ok&tenant=northwind",
    "/calls/?fallback=yes", "/spend/", "/spend/?by=tenant", "/budgets/", "/evals/", "/prompts/",
    "/prompts/support-answer/", "/drift/", "/readiness/", "/readiness/answer-assistant/", "/connections/", "/writes/",
    "/audit/", "/account/",
)  # fmt: skip


def main() -> None:
    with stack.home() as folder, stack.running(folder) as running, client(running) as console:
        log_in(console, **running.run["demo"]["logins"]["admin"])
        [call] = json.loads(running.aiops("calls", "--limit", "1", "--json"))[:1]
        for page in (*PAGES, f"/calls/{call['id']}/"):
            times = [milliseconds(console, page) for _ in range(REQUESTS)]
            print(f"{page:<46} median {median(times):5.0f} ms, p95 {quantiles(times, n=20)[-1]:5.0f} ms")
    print("mark: p95 <= 300 ms")


def client(running: stack.Stack) -> httpx.Client:
    return httpx.Client(base_url=running.run["url"], follow_redirects=True, timeout=30)


def log_in(client: httpx.Client, email: str, password: str) -> None:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/login/").text)
    form = {"login": email, "password": password, "csrfmiddlewaretoken": token.group(1) if token else ""}
    client.post("/login/", data=form, headers={"Referer": str(client.base_url)}).raise_for_status()


def milliseconds(client: httpx.Client, page: str, headers: dict[str, str] | None = None) -> float:
    began = time.perf_counter()
    client.get(page, headers=headers, follow_redirects=False).raise_for_status()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
