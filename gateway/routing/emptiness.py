"""Whole answers that end as if all was said, and say nothing. Pure."""

from gateway.dialects.dialect import Answer


def is_empty(answer: Answer) -> bool:
    """Whoever knows no word of what is in it says that something is."""
    if answer.finish_reason != "stop":
        return False
    choices, items = answer.message.get("choices"), answer.message.get("output")
    if isinstance(choices, list):
        return not any(map(_says_choice, choices))
    return isinstance(items, list) and not any(map(_says_item, items))


def _says_choice(choice: object) -> bool:
    message = choice.get("message") if isinstance(choice, dict) else choice
    return any(message[name] for name in message if name != "role") if isinstance(message, dict) else True


def _says_item(item: object) -> bool:
    """A message, thoughts, or what a model does instead of talking."""
    if not isinstance(item, dict):
        return True
    if item.get("type") == "reasoning":
        return bool(item.get("summary") or item.get("content"))
    parts = item.get("content")
    return item.get("type") != "message" or not isinstance(parts, list) or any(map(_says_part, parts))


def _says_part(part: object) -> bool:
    if not isinstance(part, dict) or part.get("type") not in {"output_text", "refusal"}:
        return True
    return bool(part.get("text") or part.get("refusal"))
