"""A form that was sent after its session had ended is kept until its sender is back, so that nothing typed is lost."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

KEPT_FOR: Final = timedelta(minutes=30)
# Anybody may send one, so what it puts into a session is bounded.
LARGEST: Final = 64 * 1024
_IN_SESSION: Final = "kept_form"
_TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105  # the name of a field
_SECRET: Final = ("password", "key", "secret", "token")


@dataclass(frozen=True, slots=True)
class KeptForm:
    """Where it was sent, from which page, and what it said."""

    at: float
    address: str
    back: str
    fields: Sequence[tuple[str, Sequence[str]]]
    # Names of fields with a secret: a session is no place for one.
    left_out: Sequence[str]
    is_too_long: bool

    @property
    def is_whole(self) -> bool:
        return not self.left_out and not self.is_too_long


def keep(request: HttpRequest, *, at: datetime) -> None:
    """In the session of nobody yet, which a login keeps."""
    posted = [(name, values) for name, values in request.POST.lists() if name != _TOKEN]
    fields = [(name, values) for name, values in posted if not _is_secret(name)]
    is_too_long = sum(len(name) + len("".join(values).encode()) for name, values in fields) > LARGEST
    kept = KeptForm(
        at=at.timestamp(),
        address=request.get_full_path(),
        back=_page_before(request) or request.get_full_path(),
        fields=[] if is_too_long else fields,
        left_out=[name for name, values in posted if _is_secret(name) and any(values)]
        + [name for name in request.FILES],
        is_too_long=is_too_long,
    )
    request.session[_IN_SESSION] = asdict(kept)


def kept_of(request: HttpRequest, *, at: datetime) -> KeptForm | None:
    found = request.session.get(_IN_SESSION)
    if found is None:
        return None
    kept = KeptForm(**found)
    if at.timestamp() - kept.at > KEPT_FOR.total_seconds() or not _is_a_page(kept.address):
        del request.session[_IN_SESSION]
        return None
    return kept


def forget(request: HttpRequest) -> None:
    """Once what was kept is sent to its address, by whichever form."""
    found = request.session.get(_IN_SESSION)
    if found is not None and found["address"] == request.get_full_path():
        del request.session[_IN_SESSION]


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRET)


def _page_before(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(referer)
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return address if _is_a_page(address) and parts.path != reverse("tenants:resume") else ""


def _is_a_page(address: str) -> bool:
    if not url_has_allowed_host_and_scheme(address, None):
        return False
    try:
        resolve(urlsplit(address).path)
    except Resolver404:
        return False
    return True
