"""How long a prompt of 2,000 tokens in five parts takes to be rendered, and the same templates in plain Jinja."""

import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any, Final

from jinja2 import DictLoader
from jinja2.sandbox import SandboxedEnvironment

from prompts.bundle import Bundle
from prompts.lint.tokens import tokens_of
from prompts.rendering import compile_bundle

ROUNDS: Final = 20
RENDERINGS: Final = 1_000
MARK: Final = 50
_WORDS: Final = "You answer for the shop in plain and friendly words, and never promise what it does not say. "
_PARTS: Final = ("persona", "tone", "refunds", "sources", "safety")
_TEXTS: Final = {f"parts/{name}.md": f"# {name}\n{_WORDS * 16}\n" for name in _PARTS}
PARTS: Final = _TEXTS | {"parts/tone.md": f"{_TEXTS['parts/tone.md']}Answer {{{{ name }}}} in {{{{ language }}}}.\n"}
SYSTEM: Final = "\n".join(f'{{% include "{path}" %}}' for path in PARTS) + "\nUse at most {{ words }} words."
USER: Final = (
    "{% for source in sources %}[{{ loop.index }}] {{ source.title }}: {{ source.text }}\n{% endfor %}"
    "{% if polite %}Be kind.{% endif %}\n{{ question }}"
)
VARIABLES: Final = {
    "name": {"type": "string"},
    "language": {"type": "string", "default": "English"},
    "words": {"type": "integer"},
    "polite": {"type": "boolean"},
    "sources": {"type": "list"},
    "question": {"type": "string"},
}
_SOURCE: Final = {"title": "Refunds", "text": "Money is sent back within 30 days of the day on which it came. "}
GIVEN: Final = {"name": "Ada", "words": 80, "polite": True, "question": "May I return it?", "sources": [_SOURCE] * 3}


def main() -> None:
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": USER}]
    bundle = Bundle.parse({"messages": messages, "parts": PARTS, "variables": VARIABLES})
    compiled = compile_bundle(bundle)
    plain = SandboxedEnvironment(loader=DictLoader(PARTS))
    templates = [plain.from_string(text) for text in (SYSTEM, USER)]
    values: dict[str, Any] = {**GIVEN, "language": "English"}
    texts = [message["content"] for message in compiled.render(GIVEN)]
    ours, jinjas = [], []
    for _ in range(ROUNDS):
        ours += _microseconds(lambda: compiled.render(GIVEN))
        jinjas += _microseconds(lambda: [template.render(values) for template in templates])
    tokens = tokens_of(sum(map(len, texts)))
    print(f"{tokens:,} tokens, {len(PARTS)} parts, {len(VARIABLES)} variables")
    print(f"rendered, checked and bounded: median {median(ours):.1f} µs, p99 {quantiles(ours, n=100)[-1]:.1f} µs")
    print(f"plain SandboxedEnvironment:    median {median(jinjas):.1f} µs; ratio {median(ours) / median(jinjas):.2f}")
    print(f"mark: median <= {MARK} µs")


def _microseconds(render: Callable[[], object]) -> list[float]:
    times = []
    for _ in range(RENDERINGS):
        began = time.perf_counter_ns()
        render()
        times.append((time.perf_counter_ns() - began) / 1000)
    return times


if __name__ == "__main__":
    main()
