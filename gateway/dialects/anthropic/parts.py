"""What a message holds, as Anthropic's blocks: text, pictures, documents. Pure."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, Final

from gateway.dialects.dialect import Unsupported
from gateway.json_words import kind_of, said

type Block = dict[str, Any]

_DATA_URL: Final = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[^,;]*)*?)(;base64)?,(.*)", re.DOTALL | re.IGNORECASE)
_PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_PDF: Final = "application/pdf"
# How each PDF begins, in base64.
_PDF_BEGINS: Final = "JVBERi"
# Anthropic's own, which no other provider knows.
_OWN: Final = frozenset({"document", "image", "search_result"})
EPHEMERAL: Final = {"type": "ephemeral"}


def blocks_of(content: object) -> list[Block]:
    """Of a message's content; what says nothing is left out, as Anthropic refuses it."""
    if isinstance(content, str):
        return text_blocks(content)
    if content is not None and not isinstance(content, list):
        raise Unsupported(f"content that is {kind_of(content)}, neither string nor array")
    return [block for part in content or () for block in _blocks(_object(part))]


def text_blocks(text: object, **more: Any) -> list[Block]:
    return [{"type": "text", "text": text, **more}] if isinstance(text, str) and text.strip() else []


def listed(fields: Mapping[str, Any], name: str) -> list[Any]:
    """A field that is a list, or is not there."""
    value = fields.get(name)
    if value is not None and not isinstance(value, list):
        raise Unsupported(f"{name} that are {kind_of(value)}, not array")
    return value or []


def hint_of(part: Mapping[str, Any]) -> dict[str, Any]:
    """A hint for the cache that the caller set itself; never its hour, whose price no price list of ours knows."""
    return {"cache_control": EPHEMERAL} if isinstance(part.get("cache_control"), dict) else {}


def _blocks(part: Mapping[str, Any]) -> list[Block]:
    match part.get("type"):
        case "text":
            return text_blocks(_words(part, "text"), **hint_of(part))
        case "refusal":
            return text_blocks(_words(part, "refusal"))
        case "image_url":
            return [{"type": "image", "source": _picture(part.get("image_url")), **hint_of(part)}]
        case "file":
            return [{**_document(_object(part.get("file"))), **hint_of(part)}]
        case str(kind) if kind in _OWN:
            return [{**part, **hint_of(part)}]
        case kind:
            raise Unsupported(f"content of type {said(kind)}")


def _words(part: Mapping[str, Any], name: str) -> str:
    words = part.get(name)
    if not isinstance(words, str):
        raise Unsupported(f"a part of content whose {name} is {kind_of(words)}, not string")
    return words


def _picture(wanted: object) -> Block:
    url = wanted.get("url") if isinstance(wanted, dict) else wanted
    if not isinstance(url, str):
        raise Unsupported("a picture without a url")
    if url[:8].lower().startswith(("http://", "https://")):
        return {"type": "url", "url": url}
    kind, data = _data(url)
    kind = "image/jpeg" if kind == "image/jpg" else kind
    if kind not in _PICTURES:
        raise Unsupported(f"a picture of type {kind}: allowed are JPEG, PNG, GIF and WebP")
    return {"type": "base64", "media_type": kind, "data": data}


def _document(file: Mapping[str, Any]) -> Block:
    data = file.get("file_data")
    if not isinstance(data, str):
        raise Unsupported("a file by its id: send its content as file_data")
    kind, data = (_PDF, data) if data.startswith(_PDF_BEGINS) else _data(data)
    title = {"title": file["filename"]} if isinstance(file.get("filename"), str) and file["filename"] else {}
    return {"type": "document", "source": _document_source(kind, data), **title}


def _document_source(kind: str, data: str) -> Block:
    if kind == _PDF:
        return {"type": "base64", "media_type": _PDF, "data": data}
    if not kind.startswith("text/"):
        raise Unsupported(f"a file of type {kind}: allowed are PDF and text")
    try:
        return {"type": "text", "media_type": "text/plain", "data": base64.b64decode(data).decode()}
    except (binascii.Error, UnicodeDecodeError):
        raise Unsupported("a text file that is not base64 of UTF-8") from None


def _data(url: str) -> tuple[str, str]:
    found = _DATA_URL.fullmatch(url)
    if found is None or not found[3]:
        raise Unsupported("content that is neither at an http address nor in a base64 data: URL")
    return (found[1] or "text/plain").lower(), found[4]


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Unsupported(f"a part of content that is {kind_of(value)}, not object")
    return value
