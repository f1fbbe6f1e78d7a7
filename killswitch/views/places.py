"""What a page of the switches is about: its target, its addresses, and who may change it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from costs.models import EndUser
from killswitch import scopes
from killswitch.addresses import address
from killswitch.lookups import find_target
from killswitch.models import Stop
from killswitch.permitting import may_change, permission_for
from killswitch.scopes import SHARED, Mode, Scope
from killswitch.standing import is_whole, roles_that_change
from killswitch.targets import Target
from killswitch.words import KINDS
from tenants.lookups import find_tenant
from tenants.models import Tenant
from tenants.permissions import Permission
from tenants.principals import Principal
from tenants.refusals import NotAllowed, Refused
from tenants.scope import ALL


@dataclass(frozen=True, slots=True)
class Place:
    target: Target
    # As the address has it; a tenant and everyone need none.
    ref: str = ""
    # How its people know it; empty where the target says it.
    called: str = ""

    @property
    def tenant(self) -> Tenant | None:
        return self.target.tenant

    @property
    def is_tenant(self) -> bool:
        return self.target.scope == Scope.TENANT

    @property
    def is_everyone(self) -> bool:
        return self.target.scope == Scope.GLOBAL

    @property
    def kind(self) -> str:
        return KINDS[self.target.scope]

    @property
    def name(self) -> str:
        return self.called or self.target.label

    @property
    def title(self) -> str:
        return "Everyone" if self.is_everyone else self.name

    @property
    def speaks_of_ai(self) -> bool:
        """`AI is off for …`; what is no customer and no person is itself off."""
        return self.target.scope in (Scope.GLOBAL, Scope.TENANT, Scope.USER)

    @property
    def permission(self) -> Permission:
        return permission_for(self.target.scope)

    @property
    def roles(self) -> str:
        return roles_that_change(self.permission)

    def may_change(self, principal: Principal) -> bool:
        return may_change(principal, self.target.scope, self.tenant.pk if self.tenant else None)

    def check_change(self, principal: Principal) -> None:
        if not self.may_change(principal):
            raise MayNotChange(self)

    def at(self, step: str) -> str:
        """The address of its page, or of a step of it."""
        return address(step, **self._where)

    @property
    def _where(self) -> dict[str, str]:
        found = {"slug": self.tenant.slug if self.tenant else "", "ref": self.ref}
        return {**found, "scope": "" if self.is_tenant else self.target.scope.value}

    @property
    def version_page(self) -> str:
        """Of a prompt's version: what it says, and where it is served. Empty: it is something else."""
        name, _, version = self.ref.partition("@")
        is_version = self.target.scope == Scope.PROMPT_VERSION
        return reverse("prompts:version-detail", args=[name, version]) if is_version else ""

    @property
    def prompt_page(self) -> str:
        """Where the prompt that it is of is rolled back. Empty: it is something else."""
        is_version = self.target.scope == Scope.PROMPT_VERSION
        return reverse("prompts:prompt-detail", args=[self.ref.partition("@")[0]]) if is_version else ""

    # For templates, which pass no arguments.
    @property
    def home(self) -> str:
        return self.at("detail")

    @property
    def off(self) -> str:
        return self.at("off")

    @property
    def plan(self) -> str:
        return self.at("plan")

    @property
    def on(self) -> str:
        return self.at("on")

    @property
    def proof(self) -> str:
        return self.at("proof")

    @property
    def retry(self) -> str:
        return self.at("retry")

    @property
    def note(self) -> str:
        return self.at("note")

    @property
    def review(self) -> str:
        return self.at("review")


class MayNotChange(NotAllowed):
    """Says who may, and where the target can be looked at."""

    def __init__(self, place: Place) -> None:
        what = "AI for everyone" if place.is_everyone else place.name
        super().__init__(f"Turning {what} off and on is for {place.roles}; your role is another. Ask one of them.")
        self.home, self.name = place.home, place.title


def place_at(principal: Principal, *, slug: str = "", scope: str = "", ref: str = "") -> Place:
    """Raises Http404: not there and not yours are one answer. What is shared is for whoever is over all tenants."""
    wanted = Scope(scope) if scope else Scope.TENANT
    if wanted in SHARED and principal.over(Permission.SWITCHES_READ) != ALL:
        raise Http404
    try:
        if wanted == Scope.USER:
            return _of_person(find_tenant(slug), ref)
        target = find_target(wanted, ref, tenant=slug)
        # A version has several names; one of them is its address.
        return Place(target, target.subject if wanted == Scope.PROMPT_VERSION else ref)
    except Refused as refused:
        raise Http404(refused.detail) from refused


def of_stop(stop: Stop) -> Place:
    """Where a stop is shown: that of a tenant's feature on the tenant's page."""
    scope = Scope(stop.scope)
    if scope == Scope.TENANT_FEATURE and stop.tenant:
        return Place(Target.of(stop.tenant))
    ref = stop.feature.slug if scope == Scope.FEATURE and stop.feature else stop.subject
    return Place(stop.aim, ref)


def off_words(place: Place, stop: Stop, is_off: bool = True, is_sure: bool = True) -> str:
    """That it is off, or back on, as the first words of a sentence; a part of the place is named.

    What is not sure only should be so: some worker has not confirmed it, or let a call through.
    """
    is_whole_place = stop.scope == place.target.scope
    name = place.name if is_whole_place else stop.what
    state = f"{'is' if is_sure else 'should be'} {state_word(stop) if is_off else 'back on'}"
    return f"AI {state} for {name}" if is_whole_place and place.speaks_of_ai else f"{name} {state}"


def short_name(stop: Stop) -> str:
    """As it is named where something is on except for it."""
    name = stop.feature.name if stop.feature else stop.what
    return name if is_whole(stop) else f"{name} ({state_word(stop)})"


def state_word(stop: Stop) -> str:
    """What it is while this holds."""
    if stop.admits:
        return "trying again"
    return "read only" if stop.mode == Mode.READ_ONLY else "off"


def _of_person(tenant: Tenant, ref: str) -> Place:
    """By the key under which calls of somebody known are kept, or by the id that the application sends."""
    key = _known_key(tenant, ref)
    if key is None:
        target = find_target(Scope.USER, ref, tenant=tenant.slug)
        key = UUID(target.subject)
        named = ref
    else:
        target, named = Target.user(tenant, key), ""
    person = EndUser.objects.of(tenant).filter(key=key).first()
    known = person.label if person else named
    return Place(target, str(key) if person else ref, f"{known} of {tenant.name}" if known else target.label)


def _known_key(tenant: Tenant, ref: str) -> UUID | None:
    try:
        key = UUID(ref)
    except ValueError:
        return None
    is_seen = EndUser.objects.of(tenant).filter(key=key).exists()
    is_known = is_seen or Stop.objects.filter(target=scopes.user_key(tenant.pk, key)).exists()
    return key if is_known else None
