"""How a process that keeps a connection of its own reaches the database of Django's settings."""

from typing import Final

from django.conf import settings
from psycopg.conninfo import make_conninfo

_NAMES: Final = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def conninfo() -> str:
    database = settings.DATABASES["default"]
    return make_conninfo("", **{name: database[key] for name, key in _NAMES.items() if database.get(key)})
