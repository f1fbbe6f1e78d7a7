"""An icon is drawn once, and looks as the library draws it."""

import pytest
from django.template import Context, Template
from lucide.templatetags.lucide import lucide as draw

from aiops.icons import lucide


@pytest.mark.parametrize("values", [{"size": 16, "aria_hidden": "true"}, {"size": None}, {}, {"stroke_width": 1}])
def test_it_is_the_librarys_own_each_time(values: dict[str, object]) -> None:
    assert [lucide("bell", **values), lucide("bell", **values)] == [draw("bell", **values)] * 2  # type: ignore[arg-type]


def test_two_of_one_name_may_differ() -> None:
    small, large = lucide("bell", size=16), lucide("bell", size=24)
    assert ('width="16"' in small, 'width="24"' in large, small == large) == (True, True, False)


def test_what_somebody_wrote_stays_text() -> None:
    shown = Template('{% lucide "bell" aria_label=said %}').render(Context({"said": '"><script>'}))
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
