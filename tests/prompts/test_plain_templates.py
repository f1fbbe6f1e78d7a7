from hypothesis import example, given
from hypothesis import strategies as st

from prompts.rendering import read_template

WORDS = (
    *("Be kind.", "\n", " ", "{", "}", "%}", "}}", "{{", "{%", '"', "{{ tone }}", "{{tone}}", "{{ 1 }}", "{{ _a }}"),
    *("{{ range }}", "{{ True }}", "{{ loop }}", "{{ self }}", "{{ tone.kind }}", "{{ tone | upper }}", "{{- tone }}"),
    *('{% include "parts/a.md" %}', '{%include "parts/b.md"%}', '{% include "../c.md" %}', "{% include 'd.md' %}"),
    *('{% include "parts/a.md" ignore missing %}', "{% raw %}", "{% endraw %}", "{% if tone %}", "{% endif %}", "\r"),
)
# It says nothing, and no short cut is taken past it.
COMMENT = "{# #}"


@given(st.lists(st.sampled_from(WORDS), max_size=8))
@example(["{{{ tone }}}"])
@example(['{{ "', '{% include "parts/a.md" %}', '" }}'])
def test_a_plain_template_is_read_as_the_parser_reads_it(words: list[str]) -> None:
    text = "".join(words)
    quick, parsed = read_template(text), read_template(COMMENT + text)
    assert (dict(quick.names), quick.inclusions) == (dict(parsed.names), parsed.inclusions)
    assert [wrong[:2] for wrong in quick.wrongs] == [wrong[:2] for wrong in parsed.wrongs]
    assert (quick.own, quick.loops) == (parsed.own, parsed.loops)
