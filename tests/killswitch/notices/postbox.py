"""A real mail server on 127.0.0.1, and what it took."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Postbox:
    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    # What it says to everybody's address instead of taking it.
    refusal: str = ""

    # As aiosmtpd calls them.
    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.rcpt_tos.append(address)
        return self.refusal or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        mail["X-To"] = " ".join(envelope.rcpt_tos)
        self.mails.append(mail)
        return "250 taken"

    @property
    def subjects(self) -> list[str]:
        return [str(each["Subject"]).strip() for each in self.mails]

    @property
    def receivers(self) -> list[str]:
        return [str(each["X-To"]) for each in self.mails]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def taking_mail(port: int) -> Iterator[Postbox]:
    postbox = Postbox(port)
    controller = Controller(postbox, hostname="127.0.0.1", port=port, loop=asyncio.new_event_loop())
    controller.start()
    try:
        yield postbox
    finally:
        controller.stop()
        controller.loop.close()
