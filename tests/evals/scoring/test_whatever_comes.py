"""Whatever a suite asks and a model answers, grading comes to an end and tells what it could not tell."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from evals.scoring.registry import JUDGED, SCORERS
from evals.suites.model import Assertion
from tests.evals.scoring.asking import Saying, graded

TYPES = [*SCORERS, *JUDGED, "assert-set", "unknown"]
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["{{a}}", "{{", "(a", "1%"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
OUTPUTS = st.text() | st.sampled_from(['{"claims": [7]}', '{"claims": [{"quotes": 3}]}', "{{{", "I am sorry", "-1e5"])


@settings(max_examples=300)
@given(
    type_=st.sampled_from(TYPES),
    inverse=st.sampled_from(["", "not-"]),
    value=VALUES,
    threshold=st.none() | st.floats(allow_nan=False),
    output=OUTPUTS,
    vars_=st.dictionaries(st.sampled_from(["a", "sources", "answerable"]), VALUES),
)
def test_every_scorer_comes_to_an_end(
    type_: str, inverse: str, value: Any, threshold: float | None, output: str, vars_: dict[str, Any]
) -> None:
    asked = Assertion(f"{inverse}{type_}", value, threshold)
    found = graded(output, asked, judge=Saying(output), vars=vars_).checks[0]
    assert (found.score is None) == (found.verdict == "unscored")
    assert "the scorer broke" not in found.reason
    assert "Error: " not in found.reason
