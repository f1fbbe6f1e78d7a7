"""How long `aiops prompts check` takes for a repository of 500 prompts, start-up and all."""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

PROMPTS, SHARED, ROUNDS, MARK = 500, 12, 5, 2.0
_WORDS: Final = [
    "answer",
    "customer",
    "order",
    "refund",
    "question",
    "policy",
    "source",
    "quote",
    "delivery",
    "invoice",
    "account",
    "person",
    "reason",
    "always",
    "never",
    "before",
    "after",
    "only",
    "unless",
    "every",
    "other",
    "short",
    "plain",
    "polite",
    "exact",
    "number",
    "date",
    "amount",
    "country",
    "product",
    "return",
]
_PROMPT: Final = """\
name: prompt-{number}
feature: support
model: {{chain: default, temperature: 0.2, max_output_tokens: 600}}
output: {{grounded: true, min_confidence: 0.7}}
variables: {{question: {{type: string}}, sources: {{type: list}}}}
budget: {{system_tokens: 3000}}
messages:
  - role: system
    content: |
{included}
{own}
  - role: user
    content: "{{{{ question }}}} {{{{ sources|length }}}}"
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "prompts"
        _write(folder, random.Random(7))  # noqa: S311 - texts of a benchmark
        _seconds(folder)
        before = _processor()
        times = sorted(_seconds(folder) for _ in range(ROUNDS))
        processor = (_processor() - before) / ROUNDS
    print(f"{PROMPTS} prompts: median {median(times):.2f} s, slowest {times[-1]:.2f} s (mark: {MARK:g} s)")
    print(f"of the processor: {processor:.2f} s")


def _write(folder: Path, chance: random.Random) -> None:
    """Each prompt has three of the shared parts, two of its own, and a text: about 2,000 tokens."""
    (folder / "parts").mkdir(parents=True)
    shared = [f"parts/shared-{number}.md" for number in range(SHARED)]
    for part in shared:
        (folder / part).write_text(_text(chance, 3))
    for number in range(PROMPTS):
        own = [f"parts/own-{number}-{which}.md" for which in range(2)]
        for part in own:
            (folder / part).write_text(_text(chance, 3))
        parts = [*chance.sample(shared, 3), *own]
        included = "\n".join(f'      {{% include "{part}" %}}' for part in parts)
        text = "\n".join(f"      {line}" for line in _text(chance, 4).split("\n"))
        (folder / f"prompt-{number}.prompt.yaml").write_text(_PROMPT.format(number=number, included=included, own=text))


def _text(chance: random.Random, paragraphs: int) -> str:
    return "\n\n".join(_paragraph(chance) for _ in range(paragraphs)) + "\n"


def _paragraph(chance: random.Random) -> str:
    lines = (" ".join(chance.choices(_WORDS, k=12)) for _ in range(5))
    return "\n".join(f"- {line.capitalize()}." for line in lines)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _seconds(folder: Path) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "aiops.cli", "prompts", "check", str(folder)]
    # As for anybody: Python keeps what it has compiled.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603 - our own command
    seconds = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    return seconds


if __name__ == "__main__":
    main()
