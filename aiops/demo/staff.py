"""The people of the demo. Hashing their passwords takes longer than all else, so it goes on beside it."""

import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from django.db import connection

from aiops.demo.cast import STAFF, Staff
from aiops.demo.kept import Kept
from tenants.actors import SYSTEM, Actor
from tenants.models import OPERATOR, Role, Tenant, User
from tenants.principals import of_user
from tenants.scope import ALL, scope
from tenants.services import create_user

PASSWORDS = "demo_passwords"


@dataclass(frozen=True, slots=True)
class Ensured:
    """Passwords by role, and the people, who may still be on their way."""

    passwords: Mapping[str, str]
    people: Mapping[Role, Future[Actor]]

    def actor(self, role: Role) -> Actor:
        return self.people[role].result()


@contextmanager
def staff_aside(kept: Kept) -> Iterator[Ensured]:
    """All of them are there when the block ends. Do not wait for one inside a transaction: it may wait for that."""
    known: dict[str, str] = kept.get(PASSWORDS) or {}
    passwords = {str(person.role): known.get(person.role) or secrets.token_urlsafe(12) for person in STAFF}
    if passwords != known:
        kept.keep(PASSWORDS, passwords)
    with ThreadPoolExecutor(max_workers=1) as aside:
        tasks = [partial(_ensure, person, passwords[person.role], is_known=person.role in known) for person in STAFF]
        people = {person.role: aside.submit(task) for person, task in zip(STAFF, tasks, strict=True)}
        yield Ensured(passwords, people)
    for person in people.values():
        person.result()


def _ensure(person: Staff, password: str, *, is_known: bool) -> Actor:
    try:
        with scope(ALL), connection.cursor() as cursor:
            # On a busy machine hashing takes longer than a transaction may idle.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '5min'")
            return of_user(_user(person, password, is_known=is_known)).actor
    finally:
        # The thread's own.
        connection.close()


def _user(person: Staff, password: str, *, is_known: bool) -> User:
    """A password that was lost is made anew; one that its owner changed stays changed."""
    user = User.objects.filter(email=person.email).first()
    if user is None:
        operator = Tenant.objects.get(slug=OPERATOR)
        return create_user(
            email=person.email, password=password, role=person.role, tenant=operator, name=person.name, by=SYSTEM
        )
    if not is_known:
        user.set_password(password)
        user.save(update_fields=["password"])
    return user
