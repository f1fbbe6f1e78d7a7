"""How long the console takes to answer its main pages on the demo data, one request at a time."""

import re
import time
from statistics import median, quantiles

import httpx

from bench import stack

REQUESTS = 100
PAGES = ("/switches/", "/switches/?q=nor", "/spend/", "/spend/?by=tenant", "/audit/")


def main() -> None:
    with stack.home() as folder, stack.running(folder) as running, _client(running) as client:
        _log_in(client, **running.run["demo"]["logins"]["admin"])
        for page in PAGES:
            times = [_milliseconds(client, page) for _ in range(REQUESTS)]
            print(f"{page:<22} median {median(times):5.0f} ms, p95 {quantiles(times, n=20)[-1]:5.0f} ms")
    print("mark: p95 <= 300 ms")


def _client(running: stack.Stack) -> httpx.Client:
    return httpx.Client(base_url=running.run["url"], follow_redirects=True, timeout=30)


def _log_in(client: httpx.Client, email: str, password: str) -> None:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/login/").text)
    form = {"login": email, "password": password, "csrfmiddlewaretoken": token.group(1) if token else ""}
    client.post("/login/", data=form, headers={"Referer": str(client.base_url)}).raise_for_status()


def _milliseconds(client: httpx.Client, page: str) -> float:
    began = time.perf_counter()
    client.get(page, follow_redirects=False).raise_for_status()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
