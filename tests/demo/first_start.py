"""What a first start with the demo leaves, kept aside: most tests begin where there has been one, and it takes long."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests import database
from tests.demo.starting import bootstrap

_COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND attgenerated = ''"


@dataclass
class FirstStart:
    """The first test that needs it starts; the others get its rows and its data folder."""

    folder: Path
    told: dict[str, Any] = field(default_factory=dict)

    def in_place(self, home: Path) -> dict[str, Any]:
        """What it told."""
        if self.told:
            shutil.copytree(self.folder, home, dirs_exist_ok=True)
            _put_back()
        else:
            self.told = bootstrap("--demo")
            shutil.copytree(home, self.folder)
            _set_aside()
        return self.told


def forget() -> None:
    with psycopg.connect(os.environ["AIOPS_TEST_OWNER_URL"]) as owner:
        owner.execute("DROP SCHEMA IF EXISTS set_aside CASCADE")


def _set_aside() -> None:
    with database.as_owner() as owner:
        owner.execute("CREATE SCHEMA set_aside")
        database.each(owner, "CREATE TABLE set_aside.{0} AS TABLE public.{0}", database.filled_tables(owner))


def _put_back() -> None:
    with database.as_owner() as owner, database.without_triggers(owner, _aside(owner)) as tables:
        # In one statement, at whose end references are looked at.
        puts = [_put(owner, number, table) for number, table in enumerate(tables)]
        owner.execute(sql.SQL("WITH {} SELECT").format(sql.SQL(", ").join(puts)))
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _aside(owner: psycopg.Connection) -> list[sql.Identifier]:
    rows = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'set_aside' ORDER BY 1")
    return [sql.Identifier(name) for (name,) in rows.fetchall()]


def _put(owner: psycopg.Connection, number: int, table: sql.Identifier) -> sql.Composed:
    name = f"set_aside.{table.as_string()}"
    columns = sql.SQL(", ").join(sql.Identifier(column) for (column,) in owner.execute(_COLUMNS, [name]).fetchall())
    statement = sql.SQL("{0} AS (INSERT INTO public.{1} ({2}) SELECT {2} FROM set_aside.{1})")
    return statement.format(sql.Identifier(f"p{number}"), table, columns)
