"""How a page tells that a version is stopped."""

from collections.abc import Mapping
from uuid import UUID

from django.template import Library
from django.utils.safestring import SafeString

from killswitch.addresses import address, address_of
from killswitch.models import Stop
from killswitch.scopes import Mode, Scope
from killswitch.words import CALLS
from prompts.models import PromptVersion, Release
from tenants.templatetags.marks import pill

register = Library()


@register.filter
def stop_of(stops: Mapping[UUID, Stop], what: PromptVersion | Release | None) -> Stop | None:
    """The one in force of a version, or of what a release serves; None: it is not stopped."""
    if isinstance(what, Release):
        return stops.get(what.version_id)
    return stops.get(what.pk) if isinstance(what, PromptVersion) else None


@register.simple_tag
def stopped_pill(stop: Stop) -> SafeString:
    """`Stopped`, in the colour that switches have for what is off."""
    if stop.admits:
        return pill("warn", f"Stopped, trying {stop.admits}%")
    return pill("warn", "Stopped: safe answer") if stop.mode == Mode.CANNED else pill("bad", "Stopped")


@register.filter
def until_on(stop: Stop) -> str:
    """What its calls get until it is turned on again, as the end of a sentence."""
    what = CALLS[Mode(stop.mode)]
    all_but = f"{stop.admits}% of its calls pass to try it, of the others " if stop.admits else ""
    return f"{all_but}{what} until it is turned on again"


@register.filter
def address_of_stop(stop: Stop) -> str:
    return address_of(stop)


@register.filter
def address_to_lift(stop: Stop) -> str:
    return address("on", scope=stop.scope, ref=stop.subject)


@register.simple_tag
def address_to_stop(version: PromptVersion) -> str:
    return address("off", scope=Scope.PROMPT_VERSION.value, ref=f"{version.prompt.name}@{version}")
