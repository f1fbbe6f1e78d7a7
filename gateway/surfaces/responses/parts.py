"""What stands in a message: the parts of Responses as those of chat completions. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.dialects.dialect import Unsupported
from gateway.json_words import said

WORDS: Final = frozenset({"input_text", "output_text", "text", "summary_text", "reasoning_text"})


def lowered_content(content: object) -> Any:
    """A text where there is nothing but one, which every provider takes."""
    if not isinstance(content, list):
        return content
    parts = [_lowered(part) for part in content]
    return parts[0]["text"] if len(parts) == 1 and parts[0]["type"] == "text" else parts


def words_of(content: object, where: str) -> str:
    """Of what can be nothing but a text."""
    if not isinstance(content, list):
        return content if isinstance(content, str) else ""
    strange = [said(part.get("type")) for part in content if isinstance(part, dict) and not _is_words(part)]
    if strange:
        raise Unsupported(f"{strange[0]} in {where}")
    return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))


def refusal_of(content: object) -> str:
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("refusal") or "") for part in parts if _is_refusal(part))


def without_refusal(content: object) -> object:
    return [part for part in content if not _is_refusal(part)] if isinstance(content, list) else content


def _is_words(part: Mapping[str, Any]) -> bool:
    return part.get("type") in WORDS


def _is_refusal(part: object) -> bool:
    return isinstance(part, dict) and part.get("type") == "refusal"


def _lowered(part: object) -> dict[str, Any]:
    if not isinstance(part, dict):
        raise Unsupported("a part of a message that is no object")
    match part.get("type"):
        case "input_text" | "output_text" | "text":
            return {"type": "text", "text": part.get("text", "")}
        case "input_image":
            return {"type": "image_url", "image_url": _image(part)}
        case "input_file":
            return {"type": "file", "file": _file(part)}
        case "input_audio":
            return {"type": "input_audio", "input_audio": part.get("input_audio")}
        case kind:
            raise Unsupported(f"a part of type {said(kind)} in a message")


def _image(part: Mapping[str, Any]) -> dict[str, Any]:
    if not part.get("image_url"):
        raise Unsupported("an image by file_id, which needs a provider with /responses of its own; send image_url")
    detail = part.get("detail")
    return {"url": part["image_url"], **({"detail": detail} if detail else {})}


def _file(part: Mapping[str, Any]) -> dict[str, Any]:
    if part.get("file_url"):
        raise Unsupported("a file by file_url, which needs a provider with /responses of its own; send file_data")
    return {name: part[name] for name in ("file_data", "file_id", "filename") if part.get(name) is not None}
