"""One real call by OpenAI's client, in which the chain's first model is made to fail."""

# ruff: noqa: PLC0415 - OpenAI's client is a second and 25 MB that only those pay who ask: no page, no other worker
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from costs.reasons import HopReason

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI, OpenAIError

FEATURE: Final = "chain-drill"
USER: Final = "system:drill"
# What the gateway makes of the first model without asking it.
FAULT: Final = "429"
_QUESTION: Final = "This is a drill. Answer with the one word: ready."
# A gateway that has not read its newest configuration yet.
_NOT_YET_KNOWN: Final = frozenset({"invalid_api_key", "unknown_feature"})


@dataclass(frozen=True, slots=True)
class Answered:
    """Of one gateway; `failed` is empty when it made nobody fail."""

    process: str
    call: str = ""
    failed: str = ""
    served: str = ""
    # Asked in vain: [provider/model, reason].
    hops: tuple[tuple[str, str], ...] = ()
    ms: int = 0
    error: str = ""
    is_not_yet_known: bool = False

    def as_json(self) -> dict[str, Any]:
        told = asdict(self)
        del told["is_not_yet_known"]
        return told | {"hops": [list(hop) for hop in self.hops]}


@dataclass(frozen=True, slots=True)
class Reached:
    """`answered`: None when this process had been asked already, so that nothing was paid for twice."""

    process_id: str
    answered: Answered | None


type Ask = Callable[[Collection[str]], Reached]


@dataclass(frozen=True, slots=True)
class Asker:
    """Each time on a connection of its own: another process may take it."""

    gateway_url: str
    key: str
    chain: str
    seconds: float

    def __call__(self, known: Collection[str]) -> Reached:
        """`known`: ids of processes that need not be asked any more."""
        from openai import OpenAI, OpenAIError

        limits: dict[str, Any] = {"max_retries": 0, "timeout": self.seconds}
        with OpenAI(base_url=self.gateway_url, api_key=self.key, **limits) as client:
            try:
                name, process_id = self._process(client)
            except OpenAIError as fault:
                return Reached("", Answered("", error=f"the gateway {_why(fault)}"))
            if process_id in known:
                return Reached(process_id, None)
            return Reached(process_id, self._call(client, name))

    def _process(self, client: "OpenAI") -> tuple[str, str]:
        """On the connection that the call will go over, so of the same process."""
        address = f"{self.gateway_url.rstrip('/').removesuffix('/v1')}/healthz/killswitch"
        body = client.get(address, cast_to=object)
        told = body if isinstance(body, dict) else {}
        return str(told.get("process", "")), str(told.get("id", ""))

    def _call(self, client: "OpenAI", process: str) -> Answered:
        from openai import APIStatusError, OpenAIError

        tags = {"X-AIOps-Feature": FEATURE, "X-AIOps-User": USER, "X-AIOps-Drill": FAULT}
        began = time.perf_counter()
        try:
            raw = client.chat.completions.with_raw_response.create(
                model=self.chain, messages=[{"role": "user", "content": _QUESTION}], extra_headers=tags
            )
        except APIStatusError as refused:
            return _refused(process, refused, _since(began))
        except OpenAIError as fault:
            return Answered(process, ms=_since(began), error=f"the gateway {_why(fault)}")
        return _answered(process, raw.headers, _since(began))


def _why(fault: "OpenAIError") -> str:
    from openai import APIConnectionError, APIStatusError, APITimeoutError

    if isinstance(fault, APITimeoutError):
        return "did not answer in time"
    if isinstance(fault, APIConnectionError):
        return "could not be reached"
    if isinstance(fault, APIStatusError):
        return f"answered {fault.status_code} when it was asked who it is"
    return "gave no answer that can be read"


def _answered(process: str, headers: Mapping[str, str], ms: int, error: str = "") -> Answered:
    hops = _hops(headers.get("x-aiops-fallback", ""))
    return Answered(
        process,
        call=headers.get("x-aiops-call-id", ""),
        failed=next((who for who, why in hops if why == HopReason.DRILL), ""),
        served=headers.get("x-aiops-model", "") if not error else "",
        hops=hops,
        ms=ms,
        error=error,
    )


def _refused(process: str, refused: "APIStatusError", ms: int) -> Answered:
    code = str(refused.code or "")
    if code in _NOT_YET_KNOWN:
        return Answered(process, error=f"it does not know {code} yet", is_not_yet_known=True)
    body = refused.body if isinstance(refused.body, dict) else {}
    return _answered(process, refused.response.headers, ms, f"{refused.status_code} {code}: {body.get('message', '')}")


def _hops(told: str) -> tuple[tuple[str, str], ...]:
    """`openai/gpt-4o:429, openai/gpt-4o-mini:timeout`; a model's name may have colons."""
    parts = (part.strip().rpartition(":") for part in told.split(",") if part.strip())
    return tuple((who, why) for who, _, why in parts)


def _since(began: float) -> int:
    return int((time.perf_counter() - began) * 1000)
