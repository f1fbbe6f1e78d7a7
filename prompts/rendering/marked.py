"""Which stretch of a rendered message comes from which part. Pure."""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from prompts.bundle import Bundle
from prompts.rendering.compiled import compile_bundle
from prompts.rendering.refusals import BadTemplate, BadVariables


@dataclass(frozen=True, slots=True)
class Stretch:
    """`part`: the path of the innermost part it comes from; empty: of the message itself."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """`stretches` joined are `text`; None where it cannot be told what comes from where."""

    role: str
    text: str
    stretches: Sequence[Stretch] | None


def render_marked(bundle: Bundle, variables: Mapping[str, Any]) -> list[Rendered]:
    """The messages exactly as `Compiled.render` gives them. Raises BadVariables and BadTemplate."""
    plain = compile_bundle(bundle).render(variables)
    # No text that is given can hold it by chance, nor on purpose.
    mark = f"\ue000{secrets.token_hex(8)}"
    paths = list(bundle.parts)
    found = _try(replace(bundle, parts=_marked(bundle.parts, mark)), variables)
    texts = [message["content"] for message in found] if found else [None] * len(plain)
    return [
        Rendered(each["role"], each["content"], _checked(text, each["content"], mark, paths))
        for each, text in zip(plain, texts, strict=True)
    ]


def _marked(parts: Mapping[str, str], mark: str) -> dict[str, str]:
    return {path: _around(text, f"{mark}:{index}\ue001", f"{mark}/\ue001") for index, (path, text) in _numbered(parts)}


def _numbered(parts: Mapping[str, str]) -> Iterator[tuple[int, tuple[str, str]]]:
    return enumerate(parts.items())


def _around(text: str, begin: str, end: str) -> str:
    """Jinja drops a template's last line end, which must stay its last character for that."""
    body = text.removesuffix("\n")
    return f"{begin}{body}{end}{text[len(body) :]}"


def _try(bundle: Bundle, variables: Mapping[str, Any]) -> list[dict[str, str]] | None:
    """With the marks it may be over a bound that the text itself keeps."""
    try:
        return compile_bundle(bundle).render(variables)
    except (BadTemplate, BadVariables):
        return None


def _checked(marked: str | None, text: str, mark: str, paths: Sequence[str]) -> list[Stretch] | None:
    found = list(_stretches(marked, mark, paths)) if marked is not None else []
    return found if "".join(each.text for each in found) == text else None


def _stretches(marked: str, mark: str, paths: Sequence[str]) -> Iterator[Stretch]:
    filled = (each for each in _pieces(marked, mark, paths) if each.text)
    for part, several in groupby(filled, key=lambda each: each.part):
        yield Stretch(part, "".join(each.text for each in several))


def _pieces(marked: str, mark: str, paths: Sequence[str]) -> Iterator[Stretch]:
    around = [""]
    text, *rest = re.split(f"{mark}(:[0-9]+|/)\ue001", marked)
    yield Stretch("", text)
    for sign, text in zip(rest[::2], rest[1::2], strict=True):
        if sign == "/":
            around.pop()
        else:
            around.append(paths[int(sign[1:])])
        yield Stretch(around[-1] if around else "", text)
