"""Where the tests of these pages look."""

import html
import re
from typing import Any

from tests.prompts.pages.factories import NAME

LIST = "/prompts/"
# What would do harm as markup, in a terminal, or to the order of a line.
HOSTILE = "<script>alert(1)</script> \x1b[31mred\x1b[0m \u202eright to left"


def of(more: str = "", name: str = NAME) -> str:
    return f"/prompts/{name}/{more}"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def said(response: Any) -> str:
    """What stands on the page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def given(response: Any, name: str) -> str:
    """What the form holds."""
    shown = response.content.decode()
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', shown)
    box = re.search(rf'<textarea id="{name}"[^>]*>([^<]*)</textarea>', shown)
    match = found or box
    return html.unescape(match[1]) if match else ""


def is_safe(response: Any) -> bool:
    shown = response.content.decode()
    return "<script>alert" not in shown and "\x1b" not in shown and "\u202e" not in shown
