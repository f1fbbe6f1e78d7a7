"""The lane that an address names."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.urls import reverse

from prompts import services
from prompts.models import Prompt, PromptVersion, Release
from prompts.services import ENVIRONMENT, PRODUCTION
from prompts.views.finding import find_environment, find_prompt
from prompts.views.kept import Kept, kept
from tenants.http import TenantRequest
from tenants.models import Tenant


@dataclass(frozen=True)
class Lane:
    """Of a prompt in an environment: everybody's, or one tenant's own. What is served is read once."""

    prompt: Prompt
    environment: str
    tenant: Tenant | None = None

    @classmethod
    def asked(cls, request: TenantRequest, name: str) -> Self:
        return cls.named(name, request.GET)

    @classmethod
    def named(cls, name: str, query: QueryDict) -> Self:
        """Not there when the environment's name cannot be one, or there is no such tenant."""
        environment = find_environment(query.get("environment") or PRODUCTION)
        return cls(find_prompt(name), environment, _tenant(query.get("tenant", "")))

    @cached_property
    def live(self) -> Release | None:
        return services.live(self.prompt, self.environment, self.tenant)

    @cached_property
    def canary(self) -> Release | None:
        return services.canary(self.prompt, self.environment, self.tenant)

    @cached_property
    def served(self) -> Release | None:
        """What those get who are in no canary."""
        return services.served(self.prompt, self.environment, self.tenant)

    @cached_property
    def common(self) -> Release | None:
        """What everybody gets."""
        return services.live(self.prompt, self.environment)

    @cached_property
    def kept(self) -> Kept | None:
        """Of everybody's lane: what a change of it does not reach."""
        return None if self.tenant else kept(self.prompt, self.environment)

    @cached_property
    def before(self) -> PromptVersion | None:
        return services.served_before(self.prompt, self.environment, self.tenant)

    @cached_property
    def last_number(self) -> int:
        return services.last_number(self.prompt, self.environment)

    @property
    def name(self) -> str:
        """`Acme Robotics in production`."""
        return f"{self.tenant.name} in {self.environment}" if self.tenant else self.environment

    @property
    def where(self) -> str:
        """`in production`, `for Acme Robotics in production`."""
        return f"for {self.name}" if self.tenant else f"in {self.environment}"

    @property
    def all_of_it(self) -> str:
        """`everybody gets`, `everybody else gets` where tenants keep their own, `all of Acme Robotics get`."""
        if self.tenant:
            return f"all of {self.tenant.name} get"
        return "everybody else gets" if self.kept else "everybody gets"

    @property
    def query(self) -> dict[str, str]:
        place = {"environment": self.environment}
        return place | {"tenant": self.tenant.slug} if self.tenant else place

    @property
    def params(self) -> str:
        """The same, for an address."""
        return urlencode(self.query)

    @property
    def home(self) -> str:
        """The prompt's page, which says what became of this lane and which gateways have it in force."""
        place = {"now": self.environment} | ({"tenant": self.tenant.slug} if self.tenant else {})
        return reverse("prompts:prompt-detail", args=[self.prompt.name], query=place)

    def again(self) -> "Lane":
        """As it is now."""
        return Lane(self.prompt, self.environment, self.tenant)


def newest(prompt: Prompt, environment: str, *, since: int) -> Release | None:
    """What was done last after that one, of all lanes there. A canary may end because of it: that is told with it."""
    rows = Release.objects.of(prompt, environment).latest_first().select_related("version", "tenant")
    done = rows.filter(number__gt=since).exclude(lane=Release.Lane.CANARY, kind=Release.Kind.END)
    return done.first() or rows.first()


def find_lane(prompt: Prompt, environment: str, tenant: str) -> Lane | None:
    """None: there can be no such environment, or there is no such tenant."""
    found = Tenant.objects.customers().filter(slug=tenant).first() if tenant else None
    if not ENVIRONMENT.fullmatch(environment) or (tenant and found is None):
        return None
    return Lane(prompt, environment, found)


def _tenant(slug: str) -> Tenant | None:
    if not slug:
        return None
    found = Tenant.objects.customers().filter(slug=slug).first()
    if found is None:
        raise Http404
    return found
