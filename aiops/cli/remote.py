"""Where the console is, and what goes wrong on the way to it."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import typer

from aiops.cli.failing import Refusals, fail
from aiops.lib.addresses import ALLOW_IT

if TYPE_CHECKING:
    import httpx

ROOT = Path(__file__).resolve().parents[2]
# Applying a long file and verifying a long chain take a while; nothing takes longer.
TIMEOUT = 60.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SECRET_PART = re.compile(r"(?<=//)[^/]*@|^[^/:]*:[^/@]*@")
START = "Start it with `make up` (or `aiops up`), or set AIOPS_URL and AIOPS_TOKEN."
# After what kept a command about stops from the console.
BREAK_GLASS = " To stop AI all the same, on the console's machine: `aiops kill --break-glass`."


@dataclass(frozen=True, slots=True)
class Address:
    url: str
    token: str


class Console:
    """The console's REST API; whatever it refuses ends the command with its reason."""

    def __init__(self, client: "httpx.Client", otherwise: str = "") -> None:
        self._client, self._otherwise = client, otherwise

    def get(self, path: str, **query: Any) -> Any:
        """A value that the console cannot take is a wrong argument, by the option of its name."""
        return self._send("GET", path, params=_given(query))

    def get_if_allowed(self, path: str) -> Any:
        """None: this token may not read it."""
        answer = self._request("GET", path)
        if answer.is_error and answer.status_code != 403:
            fail(refusal(answer))
        return None if answer.is_error else read(answer)

    def post(self, path: str, body: Mapping[str, Any], **headers: str) -> Any:
        return self._send("POST", path, json=body, headers=headers)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._send("PUT", path, json=body)

    def delete(self, path: str) -> None:
        answer = self._request("DELETE", path)
        if answer.is_error:
            fail(refusal(answer))

    def try_post(self, path: str, body: Mapping[str, Any]) -> "httpx.Response":
        """The answer as it is, for commands that read more from a refusal than its text."""
        return self._request("POST", path, json=body)

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Every row, following `next` to the last page."""
        page = self.get(path, **query)
        yield from page["results"]
        while page["next"]:
            page = self.get(path, **query | {"cursor": page["next"]})
            yield from page["results"]

    def _send(self, method: str, path: str, **rest: Any) -> Any:
        answer = self._request(method, path, **rest)
        if answer.is_error:
            _blame(answer, rest.get("params", {}))
            fail(refusal(answer))
        return read(answer)

    def _request(self, method: str, path: str, **rest: Any) -> "httpx.Response":
        import httpx  # noqa: PLC0415 - 0.2 s that `aiops up` and `--help` need not spend

        try:
            answer = self._client.request(method, path, **rest)
            if answer.has_redirect_location and self._is_on_this_machine():
                # Behind TLS it leads everybody to its https address; on loopback we are as near to it as its proxy.
                self._client.headers["X-Forwarded-Proto"] = "https"
                answer = self._client.request(method, path, **rest)
        except httpx.ConnectError:
            fail(f"No console answers at {self._shown}. {START}{self._otherwise}", error="no_console")
        except httpx.TimeoutException:
            late = f"did not answer within {TIMEOUT:.0f} s. See `aiops doctor`."
            fail(f"The console at {self._shown} {late}{self._otherwise}", error="timeout")
        except httpx.HTTPError as fault:
            fail(
                f"The console at {self._shown} broke off: {fault}. See `aiops doctor`.{self._otherwise}",
                error="broken_connection",
            )
        Refusals.last = _refused(answer)
        return answer

    @property
    def _shown(self) -> str:
        return shown(str(self._client.base_url))

    def _is_on_this_machine(self) -> bool:
        return self._client.base_url.host in _LOOPBACK


def connect(otherwise: str = "") -> Console:
    """The console that AIOPS_URL names, or the one that runs here. `otherwise`: what helps when it is not reached."""
    import httpx  # noqa: PLC0415 - as above

    address = find(os.environ, otherwise)
    client = httpx.Client(
        base_url=f"{address.url}/api/v1/",
        headers={
            "Authorization": f"Bearer {address.token}",
            "Accept": "application/json",
            "X-AIOps-Client": "cli",
        },
        timeout=TIMEOUT,
        # A console on this machine is not reached through a proxy.
        trust_env=httpx.URL(address.url).host not in _LOOPBACK,
    )
    return Console(client, otherwise)


def find(environ: Mapping[str, str], otherwise: str = "") -> Address:
    running = _running(environ)
    url = (environ.get("AIOPS_URL") or str(running.get("url") or "")).rstrip("/")
    if not url:
        fail(f"No console is running here ({_run_file(environ)} is not there). {START}{otherwise}", error="no_console")
    if not url.startswith(("http://", "https://")):
        fail(f"AIOPS_URL is {shown(url)!r}; allowed: http://… or https://….", error="bad_address")
    # The token of the console here must not be sent to another one.
    own = str(running.get("service_token") or "") if url == str(running.get("url", "")).rstrip("/") else ""
    token = environ.get("AIOPS_TOKEN") or own
    if not token:
        how = "Set AIOPS_TOKEN to a service key: `aiops key create --service --role admin`."
        fail(f"There is no token for {shown(url)}. {how}", error="no_token")
    return Address(url, token)


def shown(url: str) -> str:
    """An address as logs and comments may have it: without a password in it, and without a query."""
    return _SECRET_PART.sub("", url.partition("?")[0])


def read(answer: "httpx.Response") -> Any:
    if answer.status_code == 204:
        return None
    try:
        return orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        where = shown(str(answer.url))
        fail(f"{where} answered {answer.status_code}, and not in JSON. Is it the console?", error="not_the_console")


def refusal(answer: "httpx.Response") -> str:
    """What was refused, in the console's own words."""
    body = read(answer)
    error = body.get("error") if isinstance(body, dict) else None
    text = (
        "; ".join(_lines(error.get("detail")))
        if isinstance(error, dict)
        else f"The console answered {answer.status_code}."
    )
    text = text.replace(ALLOW_IT, "--allow-private allows it")
    if answer.status_code == 401:
        return f"The console did not accept the token. {text}"
    if answer.status_code == 403:
        return f"This token may not do that. {text}"
    return text


def _blame(answer: "httpx.Response", given: Mapping[str, Any]) -> None:
    faults = (_refused(answer) or {}).get("detail")
    if answer.status_code != 400 or not isinstance(faults, dict) or not faults.keys() <= given.keys():
        return
    for name, told in faults.items():
        raise typer.BadParameter(" ".join(_lines(told)), param_hint=f"'--{name.replace('_', '-')}'")


def _refused(answer: "httpx.Response") -> Mapping[str, Any] | None:
    """The console's own words for programs; None when it refused nothing, or something else answered."""
    with suppress(orjson.JSONDecodeError):
        body = orjson.loads(answer.content) if answer.is_error else None
        if isinstance(body, dict) and isinstance(body.get("error"), dict):
            return dict(body["error"])
    return None


def _lines(detail: Any, field: str = "") -> Iterator[str]:
    """Errors of a form as `field: message`, however deep."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _lines(inner, field if name == "non_field_errors" else f"{field}.{name}".lstrip("."))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _lines(inner, field)
    else:
        yield f"{field}: {detail}" if field else str(detail)


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def _run_file(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("AIOPS_HOME") or ROOT / ".aiops").expanduser() / "run.json"


def _running(environ: Mapping[str, str]) -> dict[str, Any]:
    path = _run_file(environ)
    try:
        running = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, orjson.JSONDecodeError) as fault:
        fail(f"{path} cannot be read: {fault}.", error="unreadable_file")
    return running if isinstance(running, dict) else {}
