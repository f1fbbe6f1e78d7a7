"""Defaults, scenarios and lists of texts, as promptfoo lays them over each other."""

from pathlib import Path

import pytest

from tests.evals.suites.files import case_of, problems_of, suite_of, types

DEFAULT = """
defaultTest:
  threshold: 0.7
  vars: {tone: calm, name: nobody}
  metadata: {from: default, kept: yes}
  tags: [all]
  assert: [{type: contains, value: default}]
"""


def test_the_tests_own_words_win_and_the_defaults_assertions_come_first(tmp_path: Path) -> None:
    text = "tests: [{vars: {name: Ann}, metadata: {from: test}, tags: [own], assert: [{type: equals, value: own}]}]"
    case = case_of(tmp_path, DEFAULT + text)
    assert case.vars == {"tone": "calm", "name": "Ann"}
    assert case.metadata == {"from": "test", "kept": "yes"}
    assert case.tags == ("all", "own")
    assert case.threshold == 0.7
    assert types(case) == [("contains", "default"), ("equals", "own")]


def test_a_test_may_drop_the_defaults_assertions_and_set_its_threshold(tmp_path: Path) -> None:
    text = "tests: [{threshold: 0, options: {disableDefaultAsserts: true}, assert: [{type: equals, value: own}]}]"
    case = case_of(tmp_path, DEFAULT + text)
    assert (types(case), case.threshold) == ([("equals", "own")], 0.0)


def test_our_defaults_come_after_those_of_promptfoo(tmp_path: Path) -> None:
    text = DEFAULT + "defaults: {vars: {tone: warm}, assert: [{type: is-json}]}\ntests: [{vars: {a: b}}]"
    case = case_of(tmp_path, text)
    assert (case.vars["tone"], types(case)) == ("warm", [("contains", "default"), ("is-json", None)])


def test_a_default_may_be_a_file(tmp_path: Path) -> None:
    text = "defaultTest: file://default.yaml\ntests: [{vars: {a: b}}]"
    case = case_of(tmp_path, text, default__yaml="assert: [{type: is-json}]")
    assert types(case) == [("is-json", None)]


def test_a_scenario_is_each_of_its_configs_with_each_of_its_tests(tmp_path: Path) -> None:
    text = (
        DEFAULT
        + """
scenarios:
  - config:
      - {vars: {name: Ann, tone: warm}, assert: [{type: contains, value: Ann}]}
      - {vars: {name: Bob}, assert: [{type: contains, value: Bob}]}
    tests:
      - {vars: {tone: cold}, assert: [{type: equals, value: one}]}
      - {vars: {x: y}, assert: [{type: equals, value: two}]}
tests: [{vars: {plain: true}}]
"""
    )
    suite = suite_of(tmp_path, text)
    assert [(case.vars["name"], case.vars["tone"]) for case in suite.cases] == [
        ("nobody", "calm"),
        ("Ann", "cold"),
        ("Ann", "warm"),
        ("Bob", "cold"),
        ("Bob", "calm"),
    ]
    assert types(suite.cases[1]) == [("contains", "default"), ("contains", "Ann"), ("equals", "one")]


def test_lists_of_texts_make_a_case_of_each_combination(tmp_path: Path) -> None:
    suite = suite_of(tmp_path, "tests: [{vars: {a: [x, y], b: [1, 2], c: [{d: 1}], e: [p, q], f: []}}]")
    assert [(case.vars["a"], case.vars["e"]) for case in suite.cases] == [
        ("x", "p"),
        ("x", "q"),
        ("y", "p"),
        ("y", "q"),
    ]
    assert {str((case.vars["b"], case.vars["c"], case.vars["f"])) for case in suite.cases} == {
        "([1, 2], [{'d': 1}], [])"
    }
    assert len({case.key for case in suite.cases}) == 4


def test_lists_stay_whole_where_the_test_says_so(tmp_path: Path) -> None:
    case = case_of(tmp_path, "tests: [{options: {disableVarExpansion: true}, vars: {a: [x, y]}}]")
    assert case.vars == {"a": ["x", "y"]}


def test_too_many_combinations_are_refused_before_they_are_made(tmp_path: Path) -> None:
    lists = ", ".join(f"v{index}: [a, b, c, d]" for index in range(40))
    assert problems_of(tmp_path, f"tests: [{{vars: {{{lists}}}}}]")[0].startswith(
        "suite.yaml:1: tests[0]: its lists make"
    )


@pytest.mark.parametrize("text", ["scenarios: 7\ntests: [{}]", "scenarios: [7]\ntests: [{}]"])
def test_a_scenario_that_is_none_is_a_problem(tmp_path: Path, text: str) -> None:
    assert problems_of(tmp_path, text)[0].startswith("suite.yaml:1: scenarios")
