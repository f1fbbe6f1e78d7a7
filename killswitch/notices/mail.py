"""A notice as a mail, and the sending of it."""

from collections.abc import Sequence
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from aiops.lib import outbound
from killswitch.notices.outcomes import Outcome
from killswitch.notices.wording import Facts, Told, one_line

NOT_SET_UP = "E-mail is not set up on this installation: it needs the setting EMAIL_URL."


def subject(told: Told) -> str:
    return one_line(told.title)[:200]


def text(facts: Facts, told: Told, why: str) -> str:
    """`why` this person gets it."""
    parts = ["\n".join([told.title, *told.lines]), str(facts["url"]), " · ".join(told.aside), f"-- \n{why}"]
    return "\n\n".join(part for part in parts if part) + "\n"


def send(to: Sequence[str], facts: Facts, told: Told, *, why: str, delivery: UUID) -> Outcome:
    if not settings.AIOPS_MAIL_IS_SET:
        return Outcome(False, NOT_SET_UP)
    headers = {
        "X-AIOps-Delivery": str(delivery),
        # The same at each try: mail programs show it once.
        "Message-ID": f"<{delivery}@{settings.AIOPS_MAIL_FROM.rpartition('@')[2].strip('> ')}>",
        "Auto-Submitted": "auto-generated",
    }
    message = EmailMessage(
        subject(told), text(facts, told, why), from_email=settings.AIOPS_MAIL_FROM, to=list(to), headers=headers
    )
    try:
        message.send(using="default")
    except (SMTPException, OSError, ValueError) as fault:
        return Outcome(False, f"The mail server did not take it: {_words(fault)}")
    return Outcome(True, "The mail server took it.")


def _words(fault: Exception) -> str:
    match fault:
        case SMTPRecipientsRefused():
            said = "; ".join(f"{to}: {_answer(*answer)}" for to, answer in fault.recipients.items())
        case SMTPResponseException():
            said = _answer(fault.smtp_code, fault.smtp_error)
        case _:
            said = outbound.why(fault)
    return one_line(said)[:200]


def _answer(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
