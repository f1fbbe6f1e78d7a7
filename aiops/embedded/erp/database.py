"""Tryton's role and database. What else the role may enter is settled in the server's own rules: nothing."""

from typing import Final

import psycopg
from psycopg import sql

from aiops.embedded.postgres import ERP, Postgres

ROLE: Final = ERP
NAME: Final = ERP


def make(server: Postgres, password: str) -> None:
    with psycopg.connect(server.superuser_address, autocommit=True) as connection:
        role, name = sql.Identifier(ROLE), sql.Identifier(NAME)
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        attributes = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
        connection.execute(attributes.format(role, sql.Literal(password)))
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [NAME]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, role))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
