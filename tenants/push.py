"""Tell every process that something has changed; who misses it learns by its comparison within a second."""

import logging
from functools import partial
from typing import Any

import orjson
import redis
from django.conf import settings
from django.db import transaction

from tenants.models import Revision
from tenants.watcher import CHANNEL

log = logging.getLogger(__name__)


def after_commit(revision: Revision.Name, **facts: Any) -> None:
    """Publish once the transaction is committed; a dead Redis only makes it slower, so it never fails the change."""
    transaction.on_commit(partial(_publish, {"revision": str(revision), **facts}))


def _publish(message: dict[str, Any]) -> None:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5) as client:
            client.publish(CHANNEL, orjson.dumps(message))
    except redis.RedisError as fault:
        log.warning("push.failed %s: %s", type(fault).__name__, fault)
