"""The shapes of ASGI, as far as the gateway uses them."""

from collections.abc import Callable, Coroutine, MutableMapping
from typing import Any

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Coroutine[Any, Any, Message]]
type Send = Callable[[Message], Coroutine[Any, Any, None]]
type Headers = list[tuple[bytes, bytes]]
