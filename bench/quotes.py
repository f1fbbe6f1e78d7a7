"""The quote validator on XQuAD: true quotes in other signs, and what was made up from the same texts.

The data is looked for in XQUAD (../shared/data/xquad): each language that is there. QUOTES says how many quotes are
drawn of each paragraph; SHOW how many misses are printed.
"""

import json
import os
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from bench import mutations
from bench.mutations import Document, Mutation
from bench.stack import ROOT
from gateway.grounding.quotes import Finding, Quote, Text, Verified, verified

FOLDER = Path(os.environ.get("XQUAD", ROOT.parent / "shared" / "data" / "xquad"))
SEED = 20_261_126
_OTHERS = 9
_TIMED_LENGTH = 50_000


@dataclass(frozen=True)
class Case:
    mutation: Mutation
    quote: str
    # Of the source that it is said to be from.
    source: str
    texts: dict[str, Text]

    @property
    def is_true(self) -> bool:
        return self.mutation in mutations.SAME

    def found(self) -> Verified:
        return next(verified([Quote(0, self.source, self.quote)], self.texts))

    def is_missed(self) -> bool:
        return self.found().holds is not self.is_true


def articles(file: Path) -> list[list[str]]:
    """Of each article its paragraphs."""
    listed = json.loads(file.read_text())["data"]
    return [[paragraph["context"] for paragraph in article["paragraphs"]] for article in listed]


def cases(articles: Sequence[Sequence[str]], *, each: int, seed: int = SEED) -> Iterator[Case]:
    """Every quote in every mutation that it can have. Its article is a source, and so are some others."""
    draw = random.Random(seed)  # noqa: S311 - texts, no secrets
    whole = {str(at): Text("\n\n".join(article)) for at, article in enumerate(articles)}
    for at, article in enumerate(articles):
        own = str(at)
        others = draw.sample([name for name in whole if name != own], min(_OTHERS, len(whole) - 1))
        texts = {name: whole[name] for name in (own, *others)}
        foreign = [sentence for name in others for sentence in mutations.document(whole[name].raw).sentences]
        base = mutations.document(whole[own].raw)
        for paragraph in article:
            for quote in quotes(paragraph, each, draw):
                told = Document(**{**vars(base), "foreign": draw.choice(foreign)})
                yield from _of(quote, told, own, texts, draw)


def _of(quote: str, told: Document, own: str, texts: dict[str, Text], draw: random.Random) -> Iterator[Case]:
    for mutation in (*mutations.SAME, *mutations.OTHER):
        text = mutation(quote, told, draw)
        is_true = mutation in mutations.SAME
        if text is not None and (is_true or not mutations.says(told, text)):
            yield Case(mutation, text, own, texts)


def quotes(paragraph: str, count: int, draw: random.Random) -> Iterator[str]:
    """Whole sentences, and parts of them."""
    for sentence in draw.choices(mutations.document(paragraph).sentences, k=count):
        words = sentence.split(" ")
        length = draw.choice((len(words), draw.randint(4, 30)))
        first = draw.randint(0, max(0, len(words) - length))
        part = " ".join(words[first : first + length]).strip(" ,;:-–—\"'()[]")
        if len(part.split()) >= 3:
            yield part


def tell(language: str, found: Iterable[Case], show: int) -> tuple[float, float]:
    """Prints how many of each mutation were missed; the shares of fabricated ones caught, true ones rejected."""
    listed = list(found)
    missed = [case for case in listed if case.is_missed()]
    rates = []
    for kinds in (mutations.SAME, mutations.OTHER):
        for kind in kinds:
            count = sum(case.mutation is kind for case in listed)
            wrong = [case for case in missed if case.mutation is kind]
            print(f"{language:<4}{kind.__name__:<26}{count:>7}{len(wrong):>6} missed")
            for case in wrong[:show]:
                print(f"        {case.found().finding}: {case.quote[:300]!r}")
        of_kind = [case for case in listed if case.mutation in kinds]
        rates.append(sum(case.mutation in kinds for case in missed) / max(1, len(of_kind)))
    rejected, accepted = rates
    print(f"{language}: fabricated caught {1 - accepted:.3%} (mark >= 99.5 %), true rejected {rejected:.3%} (<= 0.5 %)")
    return 1 - accepted, rejected


def tell_times(language: str, articles: Sequence[Sequence[str]], listed: Sequence[Case]) -> None:
    """In one source of 50 kB, the quote's own article in it; the source is read once, as for an answer."""
    whole = "\n\n".join(paragraph for article in articles for paragraph in article)
    text = Text(whole[:_TIMED_LENGTH])
    begun = time.thread_time()
    list(verified([Quote(0, "0", "zebras in no such place whatever it may be")], {"0": text}))
    reading = time.thread_time() - begun
    for name, is_true in (("true", True), ("fabricated", False)):
        took = [
            _seconds(Quote(0, "0", case.quote), {"0": text})
            for case in listed
            if case.is_true is is_true and case.texts[case.source].raw in whole[:_TIMED_LENGTH]
        ]
        at = quantiles(took, n=100)
        print(
            f"{language}: {name} in {_TIMED_LENGTH // 1000} kB: median {median(took) * 1e3:.3f} ms, mean "
            f"{sum(took) / len(took) * 1e3:.3f}, p99 {at[98] * 1e3:.3f} ms, most {max(took) * 1e3:.2f} "
            f"({len(took)} quotes; mark <= 1 ms)"
        )
    print(f"{language}: reading such a source, once an answer: {reading * 1e3:.1f} ms")


def _seconds(quote: Quote, texts: dict[str, Text]) -> float:
    begun = time.thread_time()
    found = next(verified([quote], texts))
    assert found.finding in Finding  # noqa: S101 - it is used
    return time.thread_time() - begun


def main() -> None:
    files = sorted(FOLDER.glob("xquad.*.json"))
    if not files:
        print(f"No XQuAD in {FOLDER}: set XQUAD to its folder.")
    for file in files:
        language, texts = file.name.split(".")[1], articles(file)
        listed = list(cases(texts, each=int(os.environ.get("QUOTES", "6"))))
        tell(language, listed, int(os.environ.get("SHOW", "3")))
        tell_times(language, texts, listed)


if __name__ == "__main__":
    main()
