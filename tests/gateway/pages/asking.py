"""What a page shows, and its form as a browser sends it."""

import html
import re
from typing import Any

from django.test import Client

from gateway.models import ChainMember

HOME = "/chains/default/"


def text(client: Client, path: str = HOME) -> str:
    """What one reads on the page."""
    return words(client.get(path).content.decode())


def words(content: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content)).split())


def form(client: Client, path: str = HOME) -> dict[str, Any]:
    """Of the editor, as it stands on the page."""
    return form_of(client.get(path).content.decode())


def form_of(content: str) -> dict[str, Any]:
    part = content[content.index('id="editor"') :]
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", part):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if "name" in attributes and ("checkbox" not in tag or " checked" in tag):
            fields.setdefault(attributes["name"], []).append(html.unescape(attributes.get("value", "")))
    return dict(fields)


def members() -> list[tuple[str, int, int, int]]:
    rows = ChainMember.objects.filter(chain__slug="default").order_by("position")
    return list(rows.values_list("model__slug", "timeout_seconds", "attempts", "first_percent"))
