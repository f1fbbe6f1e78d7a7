"""A person at the pages of a whole console, logged in through its form."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import httpx

from tests.whole.console import Console

_TAG = re.compile(r"<[^>]*>")


class Person:
    def __init__(self, console: Console, browser: httpx.Client) -> None:
        self._console, self._browser = console, browser

    def log_in(self, email: str, password: str) -> None:
        url = f"{self._console.run['url']}/login/"
        self._browser.get(url).raise_for_status()
        form = {"login": email, "password": password, "csrfmiddlewaretoken": self._browser.cookies["aiops_csrf"]}
        assert self._browser.post(url, data=form).status_code == 302

    def reads(self, path: str) -> str:
        """The words of a page, or what stands in its place; empty while nobody answers."""
        try:
            answer = self._browser.get(f"{self._console.run['url']}{path}")
        except httpx.TransportError:
            return ""
        return " ".join(unescape(_TAG.sub(" ", answer.text)).split())


@contextmanager
def somebody(console: Console, role: str) -> Iterator[Person]:
    email = f"{role}@operator.example"
    made = json.loads(console.aiops("user", "create", "--email", email, "--role", role, "--json"))
    with httpx.Client(timeout=10, trust_env=False) as browser:
        person = Person(console, browser)
        person.log_in(email, made["password"])
        yield person
