import pytest

from aiops.lib.mail_server import BadMailServer, is_sender, options


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtp://mail.example", {"host": "mail.example", "timeout": 5}),
        ("smtp://mail.example:25", {"host": "mail.example", "timeout": 5, "port": 25}),
        (
            "smtp+tls://ops%40acme:p%2Fw@mail.example:587",
            {
                "host": "mail.example",
                "timeout": 5,
                "port": 587,
                "username": "ops@acme",
                "password": "p/w",
                "use_tls": True,
            },
        ),
        ("smtp+ssl://mail.example:465", {"host": "mail.example", "timeout": 5, "port": 465, "use_ssl": True}),
    ],
)
def test_an_address_names_the_server_and_how_it_is_spoken_to(url: str, found: dict[str, object]) -> None:
    assert options(url) == found


@pytest.mark.parametrize(
    "url", ["mail.example", "https://mail.example", "smtp://", "smtp://mail:no", "smtp://mail:0", "smtp://mail/x"]
)
def test_another_is_refused(url: str) -> None:
    with pytest.raises(BadMailServer, match="smtp\\+tls://"):
        options(url)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("ops@acme.example", True),
        ("AI Ops <ops@acme.example>", True),
        ("ops", False),
        ("ops@acme.example\nBcc: x@y.example", False),
        ("a@b.example, c@d.example", False),
    ],
)
def test_a_sender_is_one_address(text: str, is_one: bool) -> None:
    assert is_sender(text) is is_one
