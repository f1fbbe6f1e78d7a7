"""The way to Valkey for what is kept there."""

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff


def connect(redis_url: str, *, connect_seconds: float, seconds: float) -> redis.Redis:
    """What fails over a connection that was kept, and was closed since, is sent once more over a new one: it may have
    been done by then, so nothing may go this way that must not be done twice."""
    return redis.Redis.from_url(
        redis_url,
        socket_connect_timeout=connect_seconds,
        socket_timeout=seconds,
        # Whoever waits has waited for a silent server once already.
        retry=Retry(NoBackoff(), 1, (redis.ConnectionError,)),
    )
