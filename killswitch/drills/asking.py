"""A real call of the gateway, as a customer's application makes it, that asks for no model there is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

import httpx

FEATURE: Final = "killswitch-drill"
USER: Final = "system:drill"
# Unknown to every gateway: a call that no stop refuses ends one step later, before anything is paid for.
_MODEL: Final = "no-model-of-the-drill"
_PASSED: Final = "model_not_found"
_TIMEOUT_SECONDS: Final = 3.0
# A gateway that has not read its newest configuration yet.
_NOT_YET_KNOWN: Final = frozenset({"invalid_api_key", "unknown_feature"})


@dataclass(frozen=True, slots=True)
class Answer:
    """`process` is empty when it did not say which it is."""

    process: str = ""
    stop: UUID | None = None
    # It came past the guard.
    passed: bool = False
    is_not_yet_known: bool = False
    # Anything else that was answered, in a few words.
    trouble: str = ""
    # Names are those of a machine; empty of a gateway that does not tell it.
    process_id: str = ""


type Ask = Callable[[], Answer]


@dataclass(frozen=True, slots=True)
class Asker:
    """Each time on a connection of its own: another process may take it."""

    gateway_url: str
    key: str

    def __call__(self) -> Answer:
        try:
            with self._client() as client:
                # On one connection, so of one process.
                process, process_id = self._process(client)
                return replace(_read(self._call(client), process), process_id=process_id)
        except httpx.HTTPError as fault:
            return Answer(trouble=f"the gateway did not answer: {type(fault).__name__}")

    def _client(self) -> httpx.Client:
        # Without TLS nothing is verified, and reading the authorities' certificates takes longer than the call.
        is_secure = self.gateway_url.startswith("https:")
        return httpx.Client(timeout=_TIMEOUT_SECONDS, trust_env=False, verify=is_secure)

    def _process(self, client: httpx.Client) -> tuple[str, str]:
        """Its name and id."""
        answer = client.get(f"{self.gateway_url.rstrip('/').removesuffix('/v1')}/healthz/killswitch")
        body = _json(answer) if answer.is_success else {}
        return str(body.get("process", "")), str(body.get("id", ""))

    def _call(self, client: httpx.Client) -> httpx.Response:
        return client.post(
            f"{self.gateway_url.rstrip('/')}/chat/completions",
            json={"model": _MODEL, "messages": [{"role": "user", "content": "Is the switch off?"}]},
            headers={"Authorization": f"Bearer {self.key}", "X-AIOps-Feature": FEATURE, "X-AIOps-User": USER},
        )


def _read(answer: httpx.Response, process: str) -> Answer:
    error = _json(answer).get("error")
    error = error if isinstance(error, dict) else {}
    if error.get("type") == "kill_switch":
        return Answer(process, stop=UUID(str(error["stop_id"])))
    code = str(error.get("code", ""))
    if code == _PASSED:
        return Answer(process, passed=True)
    if code in _NOT_YET_KNOWN:
        return Answer(process, is_not_yet_known=True, trouble=f"{process or 'a gateway'} answered {code}")
    return Answer(process, trouble=f"{process or 'a gateway'} answered {answer.status_code} {code}".rstrip())


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
