from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.killswitch.notices.postbox import Postbox, free_port, taking_mail
from tests.killswitch.notices.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def mail_port(settings: Settings) -> int:
    """Where the console looks for its mail server; nobody listens there yet."""
    port = free_port()
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 5}}}
    settings.AIOPS_MAIL_IS_SET = True
    return port


@pytest.fixture
def postbox(mail_port: int) -> Iterator[Postbox]:
    with taking_mail(mail_port) as found:
        yield found


@pytest.fixture
def no_mail(settings: Settings) -> None:
    settings.AIOPS_MAIL_IS_SET = False
