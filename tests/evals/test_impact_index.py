"""Which versions have which part, told by paths and texts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from evals.impact import Held, Part, Passage, index
from tests.prompts.factories import AT

PATH = "parts/persona.md"
ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)


def held(
    prompt: UUID, text: str, *live: str, path: str = PATH, newest: bool = True, at: datetime = AT, **more: str
) -> Held:
    passages = [Passage(name, each, len(each)) for name, each in ({path: text} | more).items()]
    version = UUID(int=hash((prompt, text, live, at)) % 2**64)
    return Held(prompt, version, f"{prompt}-{text}", at, live, newest, tuple(passages))


def the_part(*several: Held) -> Part:
    (part,) = index(several)
    return part


def shape(parts: Sequence[Part]) -> list[tuple[str, tuple[UUID, ...]]]:
    return [(part.path, part.prompts) for part in parts]


def test_a_part_of_several_prompts_is_one() -> None:
    part = the_part(held(ONE, "kind", "production"), held(TWO, "kind", "staging"))
    assert (part.prompts, part.environments, part.others) == ((ONE, TWO), ("production", "staging"), ())
    assert not part.has_namesakes


def test_its_text_is_the_one_that_most_prompts_serve() -> None:
    later = AT + timedelta(days=1)
    part = the_part(
        held(ONE, "kind", "production"),
        held(TWO, "kind", "production", newest=False),
        held(TWO, "calm", newest=True, at=later),
    )
    assert (part.text, part.others, part.texts) == ("kind", (TWO,), ("kind", "calm"))


def test_where_none_serves_it_its_text_is_what_was_pushed_last() -> None:
    part = the_part(held(ONE, "kind"), held(TWO, "kind"), held(TWO, "calm", newest=True, at=AT + timedelta(days=1)))
    assert part.text == "calm"


def test_one_path_with_texts_that_were_never_shared_is_two_parts() -> None:
    parts = index([held(ONE, "kind"), held(TWO, "calm")])
    assert shape(parts) == [(PATH, (ONE,)), (PATH, (TWO,))]
    assert all(part.has_namesakes and not part.others for part in parts)


def test_texts_that_a_prompt_had_one_after_the_other_are_one_part() -> None:
    part = the_part(held(ONE, "kind", "production", newest=False), held(ONE, "calm"), held(TWO, "calm"))
    assert part.prompts == (ONE, TWO)


def test_one_text_under_two_paths_is_told_at_both() -> None:
    first, second = index([held(ONE, "kind"), held(TWO, "kind", path="tone.md")])
    assert (first.also, second.also) == (("tone.md",), (PATH,))


def test_what_was_only_called_of_late_carries_it_and_has_it_no_more() -> None:
    part = the_part(held(ONE, "kind"), held(TWO, "kind", newest=False))
    assert part.prompts == (ONE,)
    assert part.carriers == {f"{ONE}-kind", f"{TWO}-kind"}


def test_what_nobody_has_any_more_is_no_part() -> None:
    assert index([held(ONE, "kind", newest=False)]) == ()
