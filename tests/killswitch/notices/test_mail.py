"""Mail, through a real server."""

from datetime import datetime, timedelta

import pytest

from killswitch.models import Channel
from tenants.actors import Actor, ActorKind
from tenants.models import Tenant
from tests.factories import make_tenant
from tests.killswitch.factories import make_stop
from tests.killswitch.notices.factories import deliver, make_channel, states
from tests.killswitch.notices.postbox import Postbox, taking_mail

TO = "one@operator.example, two@operator.example"


def test_the_subject_says_it_and_the_text_says_the_rest(
    operator: Tenant, acme: Tenant, by_support: Actor, postbox: Postbox, now: datetime
) -> None:
    make_channel(operator, TO, at=now, name="On call")
    make_stop(acme, by=by_support, at=now, reason="answers", note="Wrong opening hours")
    deliver(now)
    mail = postbox.mails[0]
    text = mail.get_content()
    assert postbox.subjects == ["AI is off for Acme Robotics (bad answers)"]
    assert postbox.receivers == ["one@operator.example two@operator.example"]
    assert "By support@operator.example, 22 Nov 02:14:07 UTC · Bad answers" in text
    assert "“Wrong opening hours”" in text
    assert "Stays off until someone turns it on." in text
    assert "/switches/acme/" in text
    assert "because of the channel “On call”" in text
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_name_with_line_breaks_becomes_no_header(operator: Tenant, postbox: Postbox, now: datetime) -> None:
    nasty = make_tenant("nasty", name="Nasty\r\nBcc: everybody@evil.example\r\n\r\nHello")
    make_channel(operator, TO, at=now)
    make_stop(nasty, by=Actor(ActorKind.USER, str(nasty.pk), "Eve\r\nX-Evil: 1", is_over_all=False), at=now)
    deliver(now)
    assert postbox.subjects == ["AI is off for Nasty Bcc: everybody@evil.example Hello (looking into it)"]
    assert postbox.receivers == ["one@operator.example two@operator.example"]
    assert (postbox.mails[0]["Bcc"], postbox.mails[0]["X-Evil"]) == (None, None)


def test_a_server_that_is_down_is_tried_again_and_delivered_to_once(
    operator: Tenant, acme: Tenant, by_support: Actor, mail_port: int, now: datetime
) -> None:
    channel = make_channel(operator, TO, at=now)
    make_stop(acme, by=by_support, at=now)
    deliver(now)
    channel.refresh_from_db()
    assert channel.outcome == Channel.Outcome.FAILED
    assert channel.outcome_says == "The mail server did not take it: connection refused"
    with taking_mail(mail_port) as postbox:
        deliver(now + timedelta(seconds=1))
        deliver(now + timedelta(seconds=10))
    assert postbox.subjects == ["AI is off for Acme Robotics (looking into it)"]
    assert states() == [("changed", "sent")]


def test_what_the_server_refuses_is_said_in_words(
    operator: Tenant, acme: Tenant, by_support: Actor, postbox: Postbox, now: datetime
) -> None:
    channel = make_channel(operator, "one@operator.example", at=now)
    make_stop(acme, by=by_support, at=now)
    postbox.refusal = "550 no such user"
    deliver(now)
    channel.refresh_from_db()
    assert channel.outcome_says == "The mail server did not take it: one@operator.example: 550 no such user"


@pytest.mark.usefixtures("no_mail")
def test_without_a_mail_server_it_is_said(operator: Tenant, acme: Tenant, by_support: Actor, now: datetime) -> None:
    channel = make_channel(operator, TO, at=now)
    make_stop(acme, by=by_support, at=now)
    deliver(now)
    channel.refresh_from_db()
    assert channel.outcome_says == "E-mail is not set up on this installation: it needs the setting EMAIL_URL."
    assert states() == [("changed", "waiting")]
