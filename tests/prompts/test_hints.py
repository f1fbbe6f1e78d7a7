"""What there is, when something else was named."""

from prompts.bundle.faults import hint, some
from prompts.rendering import read_template
from prompts.rendering.filters import FILTERS


def test_a_list_that_is_cut_says_how_many_more_there_are() -> None:
    [wrong] = read_template("{{ x|attr('y') }}").wrongs
    assert wrong.detail.endswith(f" and {len(FILTERS) - 20} more.")


def test_a_list_that_is_whole_says_no_more() -> None:
    assert (hint("zzz", ["b", "a"]), some([]), some(["a", "b"], 1)) == ("there are: a, b.", "none", "a and 1 more")
