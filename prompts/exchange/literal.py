"""Text that must come out as it stands."""

import re
from typing import Final

_OPENING: Final = re.compile(r"\{(?=[{%#])")
_BOTH: Final = re.compile(r"\{[{%#]")


def literal(text: str, *, before_tag: bool = False) -> str:
    """As a template says it. `before_tag`: a tag follows, which a brace at the end would become part of."""
    found = _BOTH.sub(lambda pair: f'{{{{ "{pair[0]}" }}}}', text)
    return f'{found[:-1]}{{{{ "{{" }}}}' if before_tag and found.endswith("{") else found


def holds_openings(text: str) -> bool:
    return _OPENING.search(text) is not None
