"""What /metrics tells. No tenant is named: the address asks for no key."""

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from costs.records import Finished, Outcome

_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_PREFIX: Final = "aiops_gateway"


class Metrics:
    def __init__(self, process: str) -> None:
        self._registry = CollectorRegistry()
        self._process = process
        calls = self._counter("calls", "Calls that came to an end.", "outcome")
        tokens = self._counter("tokens", "Tokens that were used.", "kind")
        # A label is looked up once, not once a call.
        self._calls = {outcome: calls.labels(process, outcome) for outcome in Outcome}
        self._input, self._cached, self._output = (
            tokens.labels(process, kind) for kind in ("input", "cached", "output")
        )
        self._refused = self._counter("refused", "Calls refused before they had a record.", "code")
        self._failed_hops = self._counter("failed_hops", "Attempts on a model that failed.", "reason")
        latency = Histogram(
            f"{_PREFIX}_call_seconds", "From the call to its last byte.", ["process"], buckets=_SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self._latency = latency.labels(process)

    def count(self, finished: Finished) -> None:
        self._calls[finished.outcome].inc()
        usage = finished.usage
        if usage.input_tokens:
            self._input.inc(usage.input_tokens)
            self._output.inc(usage.output_tokens)
        if usage.cached_tokens:
            self._cached.inc(usage.cached_tokens)
        for hop in finished.hops:
            if hop.reason:
                self._failed_hops.labels(self._process, hop.reason).inc()
        self._latency.observe((finished.latency_ms or 0) / 1000)

    def refused(self, code: str) -> None:
        self._refused.labels(self._process, code).inc()

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """A figure that is asked for when somebody wants to know."""
        gauge = Gauge(f"{_PREFIX}_{name}", text, ["process"], registry=self._registry)
        gauge.labels(self._process).set_function(value)

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def _counter(self, name: str, text: str, label: str) -> Counter:
        return Counter(f"{_PREFIX}_{name}", text, ["process", label], registry=self._registry)
