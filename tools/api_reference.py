"""Write docs/api.md from the API's own OpenAPI schema; with --check only say whether it is in step."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs" / "api.md"
HEAD = ROOT / "tools" / "api_reference_head.md"
METHODS = ("get", "post", "put", "patch", "delete")
# The settings want values; nothing is connected to.
_SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "aiops.settings",
    **dict.fromkeys(("SECRET_KEY", "AIOPS_AUDIT_KEY", "AIOPS_USER_KEY"), "unused-unused-unused"),
    "AIOPS_KEYRING": f"unused:{'A' * 43}=",
    "DATABASE_URL": "postgresql://unused@127.0.0.1:9/unused",
    "REDIS_URL": "redis://127.0.0.1:9",
}


def reference(schema: Mapping[str, Any]) -> str:
    """Markdown: operations by their tag, then the shapes that they answer with."""
    shapes = schema["components"]["schemas"]
    tags: dict[str, list[str]] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                lines = _operation(path, method, methods[method], shapes)
                tags.setdefault(methods[method]["tags"][0], []).append("\n".join(lines))
    contents = " · ".join(f"[{tag}](#{tag})" for tag in sorted(tags))
    parts = [HEAD.read_text(), contents + "\n"]
    parts += [f"## {tag}\n\n" + "\n\n".join(tags[tag]) + "\n" for tag in sorted(tags)]
    told = [name for name in sorted(shapes) if _is_told(name, shapes[name])]
    parts.append("## Shapes\n\n" + "\n\n".join("\n".join(_shape(name, shapes)) for name in told) + "\n")
    return "\n".join(parts)


def _operation(path: str, method: str, operation: Mapping[str, Any], shapes: Mapping[str, Any]) -> Iterator[str]:
    polled = " Polled: has an ETag." if "304" in operation["responses"] else ""
    yield f"### {method.upper()} {path}\n"
    yield " ".join(operation["description"].split()) + polled
    for place, title in (("path", "In the path"), ("query", "Query"), ("header", "Header")):
        given = [
            each for each in operation.get("parameters", []) if each["in"] == place and each["name"] != "If-None-Match"
        ]
        if given:
            yield f"\n| {title} | | |\n|---|---|---|"
            yield from (_row(each["name"], each["schema"], each, shapes) for each in given)
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body:
        shape = shapes[_name(body)]
        yield "\n| Body | | |\n|---|---|---|"
        yield from _rows(shape, shapes, marks=True)
    yield from _examples(operation)
    yield "\n" + _answers(operation["responses"], shapes)


def _examples(operation: Mapping[str, Any]) -> Iterator[str]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    for example in content.get("examples", {}).values():
        yield f"\n```json\n{json.dumps(example['value'])}\n```"


def _answers(responses: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    return " ".join(_answer(code, responses[code], shapes) for code in responses if code.startswith("2"))


def _answer(code: str, answer: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    if not schema:
        return f"Answers {code}, without a body."
    name = _name(schema)
    fields = shapes[name]["properties"]
    if _is_page(name):
        name = _name(fields["results"]["items"])
        told, fields = f"a page of [{name}](#{name.lower()})", shapes[name]["properties"]
    else:
        told = f"[{name}](#{name.lower()})"
    return f"Answers {code}, {told}: {', '.join(f'`{field}`' for field in fields)}."


def _shape(name: str, shapes: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {name}\n\n| Field | | |\n|---|---|---|"
    yield from _rows(shapes[name], shapes)


def _rows(shape: Mapping[str, Any], shapes: Mapping[str, Any], *, marks: bool = False) -> Iterator[str]:
    required = shape.get("required", []) if marks else []
    for name, field in shape.get("properties", {}).items():
        yield _row(name, field, {"required": name in required, **field}, shapes)


def _row(name: str, schema: Mapping[str, Any], told: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    words = [" ".join(str(told.get("description", "")).split())]
    if told.get("required") is True and told.get("in") != "path":
        words.insert(0, "Required.")
    if schema.get("default") not in (None, ""):
        words.append(f"Default: `{str(schema['default']).lower()}`.")
    meaning = " ".join(filter(None, words)).replace("|", "\\|")
    return f"| `{name}` | {_type(schema, shapes)} | {meaning} |"


def _type(schema: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    several = schema.get("allOf") or schema.get("oneOf") or schema.get("anyOf")
    if several:
        kinds = [_type(each, shapes) for each in several]
        known = " or ".join(dict.fromkeys(kind for kind in kinds if kind))
    elif "$ref" in schema:
        name = _name(schema)
        values = shapes[name].get("enum")
        known = _values(values) if values is not None else f"[{name}](#{name.lower()})"
    elif "enum" in schema:
        known = _values(schema["enum"])
    elif schema.get("type") == "array":
        known = f"list of {_type(schema['items'], shapes)}"
    else:
        known = str(schema.get("format") or schema.get("type") or "any")
    return f"{known} or null" if schema.get("nullable") else known


def _values(values: list[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values if value not in ("", None))


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _is_page(name: str) -> bool:
    return name.startswith("PageOf")


def _is_told(name: str, shape: Mapping[str, Any]) -> bool:
    """Bodies stand with their operation, values with their field."""
    return "enum" not in shape and not _is_page(name) and not name.endswith("Order") and bool(shape.get("properties"))


def generated() -> str:
    """Needs Django to be set up."""
    from drf_spectacular.generators import SchemaGenerator  # noqa: PLC0415 - only once the settings are there

    return reference(SchemaGenerator().get_schema(request=None, public=True))


def main() -> int:
    sys.path.insert(0, str(ROOT))
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    import django  # noqa: PLC0415 - as above

    django.setup()
    text = generated()
    if "--check" not in sys.argv[1:]:
        FILE.write_text(text)
        return 0
    if FILE.exists() and FILE.read_text() == text:
        return 0
    sys.stderr.write("docs/api.md is not in step with the API. Run: make reference\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
