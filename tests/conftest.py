from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from pytest_django import DjangoDbBlocker, Settings
from whitenoise import WhiteNoise

from tenants.actors import Actor
from tenants.models import Feature, Role, Tenant, User
from tenants.scope import ALL, scope
from tests import database
from tests.factories import actor_of, make_feature, make_operator, make_tenant, make_user

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

TESTS = Path(__file__).parent
# Whole consoles, a real ERP, browsers, and files that take far longer than most.
SLOW = tuple(
    TESTS / name
    for name in (
        "whole", "erp", "browser", "killswitch/matrix", "killswitch/switches/test_every_target.py", "isolation",
        "clients",
        "gateway/test_budgets_hold.py", "gateway/test_break_glass.py", "gateway/test_stops_hold.py",
        "gateway/test_what_providers_see.py", "gateway/test_fallback.py", "evals/test_workers_killed.py",
        "evals/test_run_faults.py", "evals/drift/test_for_real.py",
    )
)  # fmt: skip

NOW = datetime(2026, 11, 22, 2, 14, 7, tzinfo=UTC)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: not any(item.path.is_relative_to(slow) for slow in SLOW))


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """The database was made by the plugin `tests.servers`, as its owner; tests use it as the application role."""


@pytest.fixture(autouse=True)
def quick_passwords(request: pytest.FixtureRequest, settings: Settings) -> None:
    """Real hashing takes a third of a second a person; only processes that check a login need it."""
    if "committed" not in request.fixturenames:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def static_files_are_read_once() -> Iterator[None]:
    """Each test's client sets up the middleware anew, which looks through all of them."""
    read = WhiteNoise.update_files_dictionary
    known: dict[tuple[str, ...], dict[str, Any]] = {}

    def read_once(noise: WhiteNoise, *where: str) -> None:
        if where not in known:
            read(noise, *where)
            known[where] = dict(noise.files)
        noise.files.update(known[where])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(WhiteNoise, "update_files_dictionary", read_once)
        yield


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def committed(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """For tests whose rows other processes must see: they are committed, and cleared away afterwards."""
    with django_db_blocker.unblock():
        yield
        database.clear()


@pytest.fixture
def everything(db: None) -> Iterator[None]:
    """The test's own queries see all tenants' rows."""
    with scope(ALL):
        yield


@pytest.fixture
def operator(everything: None) -> Tenant:
    return make_operator()


@pytest.fixture
def acme(operator: Tenant) -> Tenant:
    return make_tenant("acme", name="Acme Robotics")


@pytest.fixture
def globex(operator: Tenant) -> Tenant:
    return make_tenant("globex", name="Globex Shipping")


@pytest.fixture
def answers(operator: Tenant) -> Feature:
    return make_feature("answers", name="Answer assistant")


@pytest.fixture
def drafts(operator: Tenant) -> Feature:
    return make_feature("drafts", name="Draft replies")


@pytest.fixture
def support(operator: Tenant) -> User:
    return make_user("support@operator.example", Role.SUPPORT, operator)


@pytest.fixture
def engineer(operator: Tenant) -> User:
    return make_user("engineer@operator.example", Role.ENGINEER, operator)


@pytest.fixture
def manager(operator: Tenant) -> User:
    return make_user("manager@operator.example", Role.MANAGER, operator)


@pytest.fixture
def admin(operator: Tenant) -> User:
    return make_user("admin@operator.example", Role.ADMIN, operator)


@pytest.fixture
def viewer(acme: Tenant) -> User:
    """Of acme's own people; sees acme only."""
    return make_user("viewer@acme.example", Role.TENANT_VIEWER, acme)


@pytest.fixture
def stranger(globex: Tenant) -> User:
    """Of globex's own people; must never see acme."""
    return make_user("stranger@globex.example", Role.TENANT_ADMIN, globex)


@pytest.fixture
def by_support(support: User) -> Actor:
    return actor_of(support)
