from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.isolation.addresses import ADDRESSES
from tests.isolation.of_api import API
from tests.isolation.of_quality import QUALITY
from tests.isolation.of_running import RUNNING
from tests.isolation.of_switches import SWITCHES


def walk(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        else:
            yield from walk(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)


def test_every_address_is_in_the_table() -> None:
    assert set(walk(get_resolver())) == set(ADDRESSES)


def test_each_stands_in_one_file() -> None:
    assert len(ADDRESSES) == sum(map(len, (SWITCHES, QUALITY, RUNNING, API)))
