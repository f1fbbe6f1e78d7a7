"""What the tests of these pages ask, and how they read the answer."""

import csv
from typing import Any
from uuid import UUID

from django.test import Client

CALLS, CSV, NEWS = "/calls/", "/calls.csv", "/calls/new/"


def ids(page: Client, **query: Any) -> list[UUID]:
    answer = page.get(CALLS, query)
    assert answer.status_code == 200
    return [line.call.id for line in answer.context["lines"]]


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def rows(answer: Any) -> list[dict[str, str]]:
    first, *lines = answer.getvalue().decode().splitlines()
    assert first.startswith("# http://testserver/calls.csv")
    return list(csv.DictReader(lines))
