"""The cast and the props of the tests, made through the services that the product uses."""

from typing import Any

from tenants import services
from tenants.actors import SYSTEM, Actor
from tenants.models import OPERATOR, Feature, Role, Tenant, User
from tenants.principals import of_user
from tenants.services import NewKey

PASSWORD = "correct horse battery staple"


def make_operator() -> Tenant:
    """Most tests ask for it again and again."""
    return Tenant.objects.filter(slug=OPERATOR).first() or services.ensure_operator()


def make_tenant(slug: str, *, name: str = "", **values: Any) -> Tenant:
    make_operator()
    return services.declare_tenant(slug, name=name or slug.title(), by=SYSTEM, **values).row


def make_feature(slug: str, *, name: str = "") -> Feature:
    make_operator()
    return services.declare_feature(slug, name=name or slug.title(), by=SYSTEM).row


def make_user(email: str, role: Role, tenant: Tenant) -> User:
    return services.create_user(email=email, password=PASSWORD, role=role, tenant=tenant, by=SYSTEM)


def make_key(tenant: Tenant, *, by: Actor = SYSTEM, **values: Any) -> NewKey:
    return services.create_key(tenant, name="test", by=by, **values)


def actor_of(user: User) -> Actor:
    return of_user(user).actor
