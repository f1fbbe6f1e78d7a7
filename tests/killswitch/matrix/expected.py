"""What callers get of a stopped call, mode by mode."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
import orjson

from killswitch.models import Stop
from killswitch.scopes import Mode
from tests.killswitch.matrix.places import SAFE, Place

type Expect = Callable[[httpx.Response, Stop], None]


def refused(answer: httpx.Response, stop: Stop) -> None:
    assert (answer.status_code, answer.headers["x-should-retry"]) == (503, "false")
    assert answer.headers["x-aiops-stop"] == str(stop.pk)
    assert "x-aiops-canned" not in answer.headers
    told(answer.json()["error"], stop)


def told(error: Mapping[str, Any], stop: Stop) -> None:
    assert (error["type"], error["code"], error["message"]) == ("kill_switch", stop.reason, stop.message)
    assert (error["stop_id"], error["mode"]) == (str(stop.pk), stop.mode)


def handed_over(answer: httpx.Response, stop: Stop) -> None:
    refused(answer, stop)
    assert (answer.json()["error"]["handoff"], answer.headers["x-aiops-handoff"]) == (True, "true")


def canned(answer: httpx.Response, stop: Stop) -> None:
    assert answer.status_code == 200
    assert (answer.headers["x-aiops-stop"], answer.headers["x-aiops-canned"]) == (str(stop.pk), "true")
    said = (_streamed if answer.headers["content-type"].startswith("text/event-stream") else _whole)(answer)
    assert said == (SAFE, "aiops/canned", {"stop_id": str(stop.pk), "mode": "canned"})


def _whole(answer: httpx.Response) -> tuple[str, str, Any]:
    message = answer.json()
    if message["object"] == "response":
        return _of_response(message)
    return message["choices"][0]["message"]["content"], message["model"], message["aiops"]


def _streamed(answer: httpx.Response) -> tuple[str, str, Any]:
    if answer.text.startswith("event: response.created"):
        return _of_response(orjson.loads(answer.text.rstrip().rpartition("\ndata: ")[2])["response"])
    first, last, cost, end, _ = answer.text.split("\n\n")
    first, last = (orjson.loads(event.removeprefix("data: ")) for event in (first, last))
    assert cost.startswith(": x-aiops-call-id="), cost
    assert (end, last["choices"][0]["finish_reason"]) == ("data: [DONE]", "stop")
    return first["choices"][0]["delta"]["content"], first["model"], first["aiops"]


def _of_response(response: Mapping[str, Any]) -> tuple[str, str, Any]:
    assert response["status"] == "completed"
    return response["output"][0]["content"][0]["text"], response["model"], response["aiops"]


def passes(answer: httpx.Response, stop: Stop | None = None) -> None:
    assert answer.status_code == 200
    assert answer.headers.keys().isdisjoint({"x-aiops-stop", "x-aiops-canned"})
    assert answer.headers["x-aiops-model"].partition("/")[2].startswith("sim-")


def goes_on(answer: httpx.Response, place: Place) -> None:
    passes(answer)
    assert answer.headers["x-aiops-model"] == "spares/sim-spare"
    assert f"{place.name}/{place.upstream}:stopped" in answer.headers["x-aiops-fallback"]


HELD: Final[Mapping[Mode, Expect]] = {
    Mode.REFUSE: refused,
    Mode.HANDOFF: handed_over,
    Mode.CANNED: canned,
    Mode.READ_ONLY: passes,
}
# Of a call that can take no text for an answer.
HELD_WITHOUT_TEXT: Final[Mapping[Mode, Expect]] = {**HELD, Mode.CANNED: refused}
