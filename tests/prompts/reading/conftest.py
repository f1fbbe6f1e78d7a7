from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from prompts.models import PromptVersion
from tenants.actors import SYSTEM, Actor, ActorKind
from tenants.models import ApiKey, Role, Tenant
from tenants.scope import ALL, scope
from tests.factories import make_key, make_operator
from tests.prompts.factories import make_release, make_version
from tests.prompts.reading.consoles import NOBODY_THERE, Console, running_console


@dataclass
class Released:
    """v1 of welcome, served in production; v2, not yet; and a service key that may read them."""

    operator: Tenant
    one: PromptVersion
    two: PromptVersion
    key: ApiKey
    token: str

    def release(self, version: PromptVersion, *, to: str = "") -> None:
        """`to`: a tenant's slug; to everybody without."""
        with scope(ALL):
            make_release(version, tenant=Tenant.objects.get(slug=to) if to else None)

    @property
    def etag(self) -> str:
        return f'"{self.one.hash}"'


@pytest.fixture(scope="session")
def console() -> Iterator[Console]:
    with running_console() as console:
        yield console


@pytest.fixture(scope="session")
def deaf_console() -> Iterator[Console]:
    """One whose Redis is down."""
    with running_console(REDIS_URL=NOBODY_THERE) as console:
        yield console


@pytest.fixture
def released(committed: None) -> Released:
    with scope(ALL):
        operator = make_operator()
        by = Actor(ActorKind.USER, "1", "an engineer", is_over_all=True)
        made = make_key(operator, role=Role.ENGINEER, by=by)
        one, two = make_version("one"), make_version("two")
        make_release(one, by=SYSTEM)
    return Released(operator, one, two, made.key, made.text)
