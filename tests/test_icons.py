"""An icon is drawn once, and looks as the library draws it."""

import pytest
from django.template import Context, Template
from lucide.templatetags.lucide import lucide as draw


def shown(attributes: str, **context: object) -> str:
    return Template(f'{{% lucide "bell" {attributes} %}}').render(Context(context))


@pytest.mark.parametrize(
    ("attributes", "values"),
    [('size=16 aria_hidden="true"', {"size": 16, "aria_hidden": "true"}), ("", {}), ("size=24", {"size": 24})],
)
def test_it_is_the_librarys_own_each_time(attributes: str, values: dict[str, object]) -> None:
    assert [shown(attributes), shown(attributes)] == [draw("bell", **values)] * 2  # type: ignore[arg-type]


def test_two_of_one_name_may_differ() -> None:
    assert 'width="16"' in shown("size=16")
    assert 'width="24"' in shown("size=24")


def test_what_somebody_wrote_stays_text() -> None:
    said = shown("aria_label=said", said='"><script>')
    assert "<script>" not in said
    assert "&lt;script&gt;" in said
