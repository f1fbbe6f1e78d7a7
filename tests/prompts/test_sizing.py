"""What a version weighs is counted when it is pushed."""

import pytest

from prompts import services
from prompts.diffing import changed_lines, diff
from prompts.lint import counting, whole
from prompts.lint.tokens import sizes_of_bundle
from prompts.models import PromptVersion
from prompts.sizing import size
from tenants.actors import SYSTEM
from tenants.models import User
from tests.prompts.factories import AT, make_bundle, make_version


def test_a_version_knows_its_tokens_and_what_changed_from_the_one_before(engineer: User) -> None:
    first, second = make_version("Be kind."), make_version("Be kind.\nBe brief.")
    assert (first.tokens, first.lines_added, first.lines_removed) == (6, None, None)
    assert (second.tokens, second.lines_added, second.lines_removed) == (9, 1, 0)


def test_a_tokenizer_that_is_installed_changes_no_number_of_the_console(
    engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "is_installed", lambda: True)
    bundle = make_bundle("Be kind.", model={"model": "gpt-4o"})
    version = services.push_version("other", bundle, by=SYSTEM, at=AT).version
    assert version.tokens == whole(sizes_of_bundle(version.bundle)) == make_version("Be kind.").tokens


def test_templates_that_do_not_fit_together_weigh_nobody_knows_what() -> None:
    assert size(make_bundle('{% include "nowhere.md" %}'), None).tokens is None


def test_the_newest_of_each_is_found(engineer: User) -> None:
    versions = [make_version(f"Say {number}.") for number in range(5)]
    other = make_version(name="other")
    prompts = [other.prompt, versions[0].prompt]
    assert set(PromptVersion.objects.newest_of_each(prompts)) == {other, versions[-1]}


def test_lines_are_counted_as_the_diff_tells_them() -> None:
    base = make_bundle("One.\nTwo.\nThree.", parts={"a.md": "A\nB", "gone.md": "G"})
    head = make_bundle("One.\n2.\nThree.\nFour.", parts={"a.md": "A", "new.md": "N"}, model={"chain": "other"})
    told = diff(base, head)
    assert changed_lines(base, head) == (told.added, told.removed)


def test_what_would_take_long_to_count_is_not_counted() -> None:
    long = make_bundle("\n".join(map(str, range(11_000))))
    assert size(long, make_bundle()).added is None
