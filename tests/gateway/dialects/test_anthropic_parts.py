"""Pictures and files in a message, as Anthropic's blocks."""

import base64
from typing import Any

import pytest

from gateway.dialects.dialect import Unsupported
from tests.gateway.dialects.anthropic import ask, talk, text, user

PDF = base64.b64encode(b"%PDF-1.7").decode()
LETTER = base64.b64encode("Grüße".encode()).decode()


def blocks(*parts: Any) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = talk(user(list(parts)))[0]["content"]
    return content


def picture(url: Any) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url, "detail": "low"}}


def file(**file: Any) -> dict[str, Any]:
    return {"type": "file", "file": file}


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://a.example/b.png", {"type": "url", "url": "https://a.example/b.png"}),
        ("data:image/png;base64,AAAA", {"type": "base64", "media_type": "image/png", "data": "AAAA"}),
        ("data:image/JPG;name=a.jpg;base64,AA==", {"type": "base64", "media_type": "image/jpeg", "data": "AA=="}),
    ],
)
def test_a_picture_beside_words(url: str, source: dict[str, str]) -> None:
    assert blocks(text("What is this?"), picture(url)) == [text("What is this?"), {"type": "image", "source": source}]


@pytest.mark.parametrize(
    "data", [PDF, f"data:application/pdf;base64,{PDF}"], ids=["as it is", "as an address with data"]
)
def test_a_pdf(data: str) -> None:
    source = {"type": "base64", "media_type": "application/pdf", "data": PDF}
    assert blocks(file(file_data=data, filename="a.pdf")) == [{"type": "document", "source": source, "title": "a.pdf"}]


def test_a_text_file() -> None:
    source = {"type": "text", "media_type": "text/plain", "data": "Grüße"}
    assert blocks(file(file_data=f"data:text/markdown;base64,{LETTER}")) == [{"type": "document", "source": source}]


def test_a_hint_for_the_cache_stays_but_for_its_hour() -> None:
    hint = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
    assert blocks(text("Long", **hint)) == [text("Long", cache_control={"type": "ephemeral"})]
    assert blocks(picture("https://a.example/b") | hint)[0]["cache_control"] == {"type": "ephemeral"}


def test_anthropics_own_parts_pass() -> None:
    own = {"type": "document", "source": {"type": "url", "url": "https://a.example/b.pdf"}}
    assert blocks(own) == [own]


@pytest.mark.parametrize(
    ("part", "what"),
    [
        (picture("data:image/bmp;base64,AAAA"), "a picture of type image/bmp"),
        (picture("gs://bucket/a.png"), "neither at an http address nor"),
        (picture("data:image/png,raw"), "neither at an http address nor"),
        (picture(None), "a picture without a url"),
        (file(file_id="file-1"), "a file by its id"),
        (file(file_data="data:application/zip;base64,AAAA"), "a file of type application/zip"),
        (file(file_data="data:text/plain;base64,/////w=="), "not base64 of UTF-8"),
        ({"type": "input_audio", "input_audio": {}}, "content of type input_audio"),
        ({"type": "video_url"}, "content of type video_url"),
        ("words", "a part of content that is string, not object"),
    ],
)
def test_what_it_cannot_read_is_said(part: Any, what: str) -> None:
    with pytest.raises(Unsupported, match=what):
        blocks(part)


def test_a_system_message_is_words() -> None:
    with pytest.raises(Unsupported, match="a system message with more than text"):
        ask(messages=[{"role": "system", "content": [picture("https://a.example/b.png")]}])
