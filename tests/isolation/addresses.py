"""Every address of the console; one that is missing fails the suite."""

from typing import Any

from django.urls import reverse

from tests.isolation.of_api import API
from tests.isolation.of_quality import QUALITY
from tests.isolation.of_running import RUNNING
from tests.isolation.of_switches import SWITCHES

ADDRESSES = {**SWITCHES, **QUALITY, **RUNNING, **API}


def of_kind(*kinds: str) -> list[str]:
    return sorted(name for name, address in ADDRESSES.items() if address.kind in kinds)


def url_of(name: str, acmes: dict[str, Any]) -> str:
    address = ADDRESSES[name]
    return reverse(name, kwargs={key: acmes[what] for key, what in address.takes.items()}) + address.query
