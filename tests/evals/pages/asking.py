"""Where the tests of these pages look."""

import csv
import html
import re
from typing import Any

from evals.models import Run

LIST = "/evals/"


def of(run: Run, more: str = "") -> str:
    return f"/evals/runs/{run.pk}/{more}"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def said(response: Any) -> str:
    """What stands on the page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def listed(response: Any) -> list[str]:
    """The keys of the cases in the list."""
    return re.findall(r'class="case" data-case="([^"]*)"', response.content.decode())


def opened(response: Any) -> str:
    found = re.search(r'<article[^>]* data-case="([^"]*)"', response.content.decode())
    return found[1] if found else ""


def rows(response: Any) -> list[dict[str, str]]:
    first, *lines = response.getvalue().decode().splitlines()
    assert first.startswith("# http://testserver/evals/runs/")
    return list(csv.DictReader(lines))
