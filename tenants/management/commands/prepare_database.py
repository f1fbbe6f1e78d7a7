"""Bring the database to where this version needs it, as its owner: role, migrations, grants. Safe to repeat."""

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg import sql

from tenants import grants

_ROLE = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s"


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self._ensure_role(settings.AIOPS_APP_ROLE, os.environ.get("AIOPS_APP_PASSWORD", ""))
        call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        self.stdout.write("migrated")
        call_command("createcachetable", verbosity=0)
        with transaction.atomic():
            grants.grant()
        self.stdout.write(f"granted to {settings.AIOPS_APP_ROLE}")

    def _ensure_role(self, role: str, password: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_ROLE, [role])
            found = cursor.fetchone()
            if found and found[0]:
                raise CommandError(f"Role {role} bypasses row-level security. Give the console a role that does not.")
            if found and not password:
                return
            # Only a superuser may speak of these attributes of a role that is there, even to leave them as they are.
            create = "CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}"
            statement = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}" if found else create)
            cursor.execute(statement.format(sql.Identifier(role), sql.Literal(password)))
            self.stdout.write(f"role {role} is there")
