"""A request sent twice under one Idempotency-Key is done once: the second gets the first one's answer."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import orjson
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.principals import Principal
from tenants.refusals import Conflict

_KEPT_SECONDS = 24 * 3600


def once(request: Request, principal: Principal, act: Callable[[], Response]) -> Response:
    """In the request's transaction: what is rolled back is not remembered either."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return act()
    place = _digest(principal.actor.kind, principal.actor.id, request.path, key)
    # json, not orjson: a body with half a surrogate pair or a huge number is refused by its own check, not here.
    body = _digest(json.dumps(request.data, sort_keys=True))
    # The row's key makes a second request wait until the first one's transaction has ended.
    if not cache.add(place, (body, None, None), _KEPT_SECONDS):
        return _remembered(cache.get(place), body)
    answer = act()
    cache.set(place, (body, answer.status_code, orjson.dumps(answer.data).decode()), _KEPT_SECONDS)
    return answer


def _remembered(stored: Any, body: str) -> Response:
    if stored is None or stored[1] is None:
        raise Conflict("A request with this Idempotency-Key is under way; ask again in a moment.")
    if stored[0] != body:
        raise Conflict("This Idempotency-Key was used for another request.")
    return Response(orjson.loads(stored[2]), status=stored[1])


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
