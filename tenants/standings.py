"""What service keys are granted, of many at once and without a request."""

from collections.abc import Collection
from datetime import datetime

from tenants import keys
from tenants.models import ApiKey
from tenants.principals import Grant, of_key
from tenants.scope import ALL, scope

# Two keys of the same standing may read the same.
type Standing = tuple[Grant, ...]


def standings(texts: Collection[str], *, at: datetime) -> dict[str, Standing]:
    """By the key's text. One that is mistyped, unknown, revoked, expired or opens no console is not among them."""
    parsed = {text: key for text in texts if (key := keys.parse(text)) is not None}
    with scope(ALL):
        live = ApiKey.objects.live(at=at).select_related("tenant").filter(kind=ApiKey.Kind.SERVICE)
        found = live.in_bulk([key.id for key in parsed.values()])
    return {
        text: of_key(found[key.id]).grants
        for text, key in parsed.items()
        if key.id in found and keys.matches(key.secret, bytes(found[key.id].secret_hash))
    }
