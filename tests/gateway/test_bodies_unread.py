"""Bodies that are no JSON object, told in the words of whoever wrote them."""

import gzip
from typing import Any

import orjson
import pytest

from gateway.errors import BadBody, BadTag
from gateway.steps.reading import body_of
from tests.gateway.factories import admit, make_call

BODY = orjson.dumps({"model": "mini"})
UNREAD = {
    "gzip, announced": (gzip.compress(BODY), {b"content-encoding": b"GZip"}, "content-encoding gzip is not supported"),
    "gzip": (gzip.compress(BODY), {}, "The body is compressed"),
    "UTF-16": (BODY.decode().encode("utf-16"), {}, "The body is not UTF-8"),
    "UTF-16 without a mark": (BODY.decode().encode("utf-16-le"), {}, "The body is not UTF-8"),
    "Latin-1": ('{"a":"ü"}'.encode("latin-1"), {}, "The body is not UTF-8: byte 6"),
    "a mark of UTF-8": (BODY.decode().encode("utf-8-sig"), {}, "begins with a byte order mark"),
    "cut off": (BODY[:-1], {}, "The body is not JSON"),
    "nothing": (b"", {}, "The body is not JSON"),
    "a list": (b"[1]", {}, "must be a JSON object, not array"),
    "null": (b"null", {}, "must be a JSON object, not null"),
}


@pytest.mark.parametrize(("raw", "headers", "why"), UNREAD.values(), ids=UNREAD)
def test_why_it_cannot_be_read_is_said(raw: bytes, headers: dict[bytes, bytes], why: str) -> None:
    with pytest.raises(BadBody, match=why):
        body_of(raw, headers)


def test_what_is_encoded_as_it_is_is_read() -> None:
    assert body_of(BODY, {b"content-encoding": b"identity"}) == {"model": "mini"}


@pytest.mark.parametrize(
    ("body", "refusal", "why"),
    [
        ({"stream": "yes"}, BadBody, "not string"),
        ({"stream": {}}, BadBody, "not object"),
        ({"user": 7}, BadTag, "must be a string, not number"),
        ({"user": [None]}, BadTag, "must be a string, not array"),
    ],
)
def test_kinds_have_the_names_of_json(body: dict[str, Any], refusal: type[Exception], why: str) -> None:
    with pytest.raises(refusal, match=why):
        admit(make_call({"model": "mini", **body}, x_aiops_feature="answers"))
