"""What stands around every page: the rail, the tab bar, the environment, the theme."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from aiops.checks import Trouble, troubles_at
from aiops.tabs import tabs_of
from evals.services import planning
from killswitch.models import Stop
from readiness.models import ItemException
from tenants.models import User
from tenants.permissions import Permission
from tenants.principals import Principal, of_user
from tenants.scope import ALL, scope

THEME_COOKIE: Final = "aiops_theme"
THEMES: Final = {"system": "As the device", "light": "Light", "dark": "Dark"}


@dataclass(frozen=True, slots=True)
class Destination:
    """A page of the rail; people without the permission do not see it."""

    group: str
    label: str
    view: str
    icon: str
    permission: Permission | None
    # What it shows belongs to no tenant, so the permission must be over all of them.
    is_the_operators: bool = False
    # Lists that are reached from it and have addresses of their own.
    under: tuple[str, ...] = ()


DESTINATIONS: Final = (
    Destination("Operate", "Switches", "killswitch:switch-list", "power", Permission.SWITCHES_READ),
    Destination("Operate", "Calls", "costs:call-list", "list", Permission.CALLS_READ),
    Destination("Operate", "Ledger", "integrations:write-list", "clipboard-check", Permission.CONNECTIONS_READ),
    Destination("Operate", "Audit log", "tenants:audit-list", "scroll-text", Permission.AUDIT_READ),
    Destination("Improve", "Evals", "evals:run-list", "flask-conical", Permission.EVALS_READ, is_the_operators=True),
    Destination(
        "Improve",
        "Prompts",
        "prompts:prompt-list",
        "file-text",
        Permission.PROMPTS_READ,
        is_the_operators=True,
        under=("parts:part-list", "planned:plan-list", "environments:environment-list"),
    ),
    Destination(
        "Improve",
        "Drift",
        "drift:signal-list",
        "activity",
        Permission.EVALS_READ,
        is_the_operators=True,
    ),
    Destination(
        "Improve",
        "Chains",
        "gateway:chain-list",
        "waypoints",
        Permission.CONFIG_READ,
        is_the_operators=True,
    ),
    Destination(
        "Improve",
        "Confidence",
        "confidence:feature-list",
        "gauge",
        Permission.EVALS_READ,
        is_the_operators=True,
    ),
    Destination("Money", "Spend", "costs:spend", "circle-dollar-sign", Permission.SPEND_READ),
    Destination("Money", "Budgets", "costs:budget-list", "wallet", Permission.SPEND_READ),
    Destination(
        "Set up",
        "Readiness",
        "readiness:feature-list",
        "list-checks",
        Permission.READINESS_READ,
        is_the_operators=True,
    ),
    Destination("Set up", "Connections", "integrations:connection-list", "plug", Permission.CONNECTIONS_READ),
    Destination("You", "Account", "tenants:account", "circle-user-round", None),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A destination as one person sees it on one page."""

    group: str
    label: str
    url: str
    icon: str
    is_current: bool
    count: int | None
    # What it counts, for whoever hears it.
    counted: str
    view: str


class Shell:
    """Read lazily by templates, so that a page without a rail, as an error's, asks the database nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        # A form that was kept over a login is shown at an address of its own.
        self._page: str = getattr(request, "resumes", request.path)
        self.environment = settings.AIOPS_ENVIRONMENT_LABEL

    @property
    def theme(self) -> str:
        chosen = self._request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES and chosen != "system" else ""

    @cached_property
    def principal(self) -> Principal | None:
        known: Principal | None = getattr(self._request, "principal", None)
        user = getattr(self._request, "user", None)
        return known or (of_user(user) if isinstance(user, User) else None)

    @cached_property
    def troubles(self) -> list[Trouble]:
        """What of the installation does not work: for the operator's people, who can do something about it."""
        if self.principal is None or self.principal.over(Permission.CONFIG_READ) != ALL:
            return []
        return troubles_at(datetime.now(UTC))

    @property
    def is_over_all(self) -> bool:
        """Of the operator's people: to them belongs what is no tenant's."""
        return self.principal is not None and self.principal.over(Permission.SWITCHES_READ) == ALL

    @property
    def is_down(self) -> bool:
        return any(trouble.is_bad for trouble in self.troubles)

    @cached_property
    def links(self) -> list[Link]:
        return [self._link(each) for each in DESTINATIONS if self.shows(each)]

    @property
    def groups(self) -> list[tuple[str, list[Link]]]:
        return [(name, list(links)) for name, links in groupby(self.links, key=lambda link: link.group)]

    @cached_property
    def tabs(self) -> list[Link]:
        """Of a phone."""
        by_view = {link.view: link for link in self.links}
        role = self.principal.main_role if self.principal else None
        return [by_view[view] for view in tabs_of(role, list(by_view))]

    @property
    def more(self) -> list[Link]:
        return [link for link in self.links if link not in self.tabs]

    @property
    def is_under_more(self) -> bool:
        return any(link.is_current for link in self.more)

    @property
    def search(self) -> str:
        return (
            "Search pages, tenants, prompts, suites, chains, models"
            if self._finds_prompts
            else "Search pages and tenants"
        )

    @property
    def searched(self) -> str:
        return "Page, tenant, prompt, suite, chain or model" if self._finds_prompts else "Page or tenant"

    @property
    def _finds_prompts(self) -> bool:
        return self.principal is not None and self.principal.over(Permission.PROMPTS_READ) == ALL

    def shows(self, destination: Destination) -> bool:
        if self.principal is None:
            return False
        if destination.permission is None:
            return True
        if destination.is_the_operators:
            return self.principal.over(destination.permission) == ALL
        return self.principal.may(destination.permission)

    def _link(self, destination: Destination) -> Link:
        url = reverse(destination.view)
        is_current = any(self._page.startswith(each) for each in (url, *map(reverse, destination.under)))
        count, counted = None, ""
        if destination.permission == Permission.SWITCHES_READ:
            count, counted = self._not_fully_on, "not fully on"
        elif destination.permission == Permission.READINESS_READ:
            count, counted = self._waiting_for_a_second, "waiting for a second person"
        elif destination.permission == Permission.PROMPTS_READ:
            count, counted = self._to_approve, "waiting for your approval"
        return Link(
            destination.group, destination.label, url, destination.icon, is_current, count, counted,
            destination.view,
        )  # fmt: skip

    @cached_property
    def _not_fully_on(self) -> int | None:
        if self.principal is None:
            return None
        with scope(self.principal.over(Permission.SWITCHES_READ)):
            visible = Stop.objects.active().switches()
            return visible.values("tenant").distinct().count() or None

    @cached_property
    def _waiting_for_a_second(self) -> int | None:
        """Exceptions of items; who asked for one sees the rail too, and may remind a colleague."""
        return ItemException.objects.waiting(on=datetime.now(UTC).date()).count() or None

    @cached_property
    def _to_approve(self) -> int | None:
        """Releases that this very person may approve."""
        if self.principal is None or self.principal.over(Permission.PROMPTS_RELEASE) != ALL:
            return None
        with scope(ALL):
            return planning.count_to_approve(self.principal.actor, at=datetime.now(UTC)) or None


def shell(request: HttpRequest) -> Mapping[str, Any]:
    return {"shell": Shell(request)}
