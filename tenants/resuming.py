"""A form that was sent after its session had ended is kept until its sender is back, so that nothing typed is lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tenants.principals import Principal

KEPT_FOR: Final = timedelta(minutes=30)
# Anybody may send one, so what it puts into a session is bounded.
LARGEST: Final = 64 * 1024
_IN_SESSION: Final = "kept_form"
_TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105  # the name of a field
_SECRET: Final = ("password", "key", "secret", "token")
# What forms carry that no person filled in.
_UNSEEN: Final = frozenset({"submission", "expected", "version", "stop", "sure", "only_features", "off"})
_SAYS: Final = "says_when_resumed"
_NOT_DONE: Final = "not_done_yet"


@dataclass(frozen=True, slots=True)
class Words:
    """What a kept form does, on its page and its button; what a person filled in, as that form's page calls it."""

    title: str
    fields: Sequence[tuple[str, Sequence[str]]]
    button: str
    # Its button looks as that of its page does.
    is_stop: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """What was posted, and the query and the names of the address that it was sent to."""

    posted: QueryDict
    query: QueryDict
    where: Mapping[str, Any]


type Says = Callable[[Principal, Sent], Words]
type NotDone = Callable[[Mapping[str, Any]], str]


def said_as[V: Callable[..., Any]](says: Says, *, not_done: NotDone | None = None) -> Callable[[V], V]:
    """Outermost on a view: what its form does in words, from what was posted and its address.

    `not_done` is said before the login, to whoever sent it: by the address alone, without a look at what is there.
    """

    def decorate(view: V) -> V:
        vars(view)[_SAYS] = says
        vars(view)[_NOT_DONE] = not_done
        return view

    return decorate


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
    def filled_in(self) -> Sequence[tuple[str, Sequence[str]]]:
        return [(name, values) for name, values in self.fields if name not in _UNSEEN]

    @property
    def is_whole(self) -> bool:
        return not self.left_out and not self.is_too_long


def words_of(kept: KeptForm, principal: Principal) -> Words | None:
    """None: its view has none, or whoever is back may not see what it is about."""
    address = urlsplit(kept.address)
    match = resolve(address.path)
    says: Says | None = vars(match.func).get(_SAYS)
    posted = QueryDict(mutable=True)
    for name, values in kept.fields:
        posted.setlist(name, list(values))
    try:
        return says(principal, Sent(posted, QueryDict(address.query), match.kwargs)) if says else None
    except Http404:
        return None


def not_done_yet(kept: KeptForm) -> str:
    """What has not happened for want of a login, in a sentence."""
    match = resolve(urlsplit(kept.address).path)
    says: NotDone | None = vars(match.func).get(_NOT_DONE)
    return says(match.kwargs) if says else "What you sent was not done."


def is_from_here(request: HttpRequest) -> bool:
    """Sent by a page of ours, so that no other site has its form waiting in somebody's session."""
    sent_by = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return url_has_allowed_host_and_scheme(sent_by, {request.get_host()}, require_https=request.is_secure())


def keep(request: HttpRequest, *, at: datetime) -> None:
    """In the session of nobody yet, which a login keeps, or of who logged in again elsewhere meanwhile."""
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
