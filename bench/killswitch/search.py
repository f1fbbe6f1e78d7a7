"""The list of switches with ten thousand tenants: how soon a search is answered."""

import json
from statistics import median, quantiles
from time import perf_counter

import httpx

from bench.killswitch.world import World
from bench.pages import client, log_in

TENANTS, TIMES = 10_000, 50
_AT_ONCE = 1_000
SEARCHES = {
    "name": "halden 47",
    "id": "many-04711",
    "domain": "globex4711.example",
    "e-mail": "ann@globex4711.example",
    "nothing": "",
}


def measure(world: World) -> None:
    for begin in range(0, TENANTS, _AT_ONCE):
        file = world.work / "many.yaml"
        file.write_text(json.dumps({"tenants": dict(map(_tenant, range(begin, begin + _AT_ONCE)))}))
        world.running.aiops("apply", "-f", str(file))
    email = "bench@operator.example"
    with client(world.running) as console:
        password = world.running.aiops("user", "create", "--email", email, "--role", "support").strip()
        log_in(console, email=email, password=password)
        for what, query in SEARCHES.items():
            times = [_milliseconds(console, query) for _ in range(TIMES)]
            p95 = quantiles(times, n=20)[-1]
            print(f"search of {TENANTS:,} tenants by {what}: median {median(times):.0f} ms, p95 {p95:.0f} ms")
    print("mark: p95 <= 200 ms")


def _tenant(number: int) -> tuple[str, dict[str, str]]:
    word = ("Northwind", "Halden", "Acme", "Globex")[number % 4]
    return f"many-{number:05d}", {"name": f"{word} {number}", "domain": f"{word.lower()}{number}.example"}


def _milliseconds(console: httpx.Client, query: str) -> float:
    began = perf_counter()
    console.get("/switches/", params={"q": query}, headers={"HX-Request": "true"}).raise_for_status()
    return (perf_counter() - began) * 1000
