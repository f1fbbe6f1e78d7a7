"""Which case a case is, and which version a suite."""

import hashlib
import json
from pathlib import Path

import pytest

from evals.suites import canonical, stored
from evals.suites.problems import Faulty
from tests.evals.suites.files import case_of, problems_of, suite_of

BASE = "tests: [{vars: {a: x, b: 1}, assert: [{type: equals, value: y}]}]"


def key(folder: Path, text: str) -> str:
    return case_of(folder, text).key


@pytest.mark.parametrize(
    "text",
    [
        "tests: [{assert: [{value: y, type: equals, weight: 1.0}], vars: {b: 1.0, a: x}}]",
        "tests: [{vars: {a: x, b: 1}, assert: [{type: equals, value: y}], description: other, threshold: 1}]",
        "defaultTest: {assert: [{type: is-json}]}\n" + BASE,
        "suite: other\ngate: {margin: 2}\n" + BASE,
    ],
)
def test_a_case_without_id_stays_itself_when_only_other_things_change(tmp_path: Path, text: str) -> None:
    assert key(tmp_path, text) == key(tmp_path, BASE)


@pytest.mark.parametrize(
    "text",
    [
        "tests: [{vars: {a: x, b: 2}, assert: [{type: equals, value: y}]}]",
        "tests: [{vars: {a: x, b: '1'}, assert: [{type: equals, value: y}]}]",
        "tests: [{vars: {a: x, b: 1}, assert: [{type: equals, value: z}]}]",
    ],
)
def test_another_input_or_expectation_is_another_case(tmp_path: Path, text: str) -> None:
    assert key(tmp_path, text) != key(tmp_path, BASE)


@pytest.mark.parametrize("test", ["{id: mine}", "{metadata: {id: mine}}", "{id: mine, metadata: {id: other}}"])
def test_an_id_is_the_key(tmp_path: Path, test: str) -> None:
    assert key(tmp_path, f"tests: [{test}]") == "mine"


def test_cases_of_one_id_are_told_apart_by_what_they_hold(tmp_path: Path) -> None:
    one = suite_of(tmp_path, "tests: [{id: mine, vars: {a: [x, y]}}]")
    other = suite_of(tmp_path, "tests: [{id: mine, vars: {a: [new, x, y]}}]")
    keys = {case.vars["a"]: case.key for case in other.cases}
    assert [case.key for case in one.cases] == [keys["x"], keys["y"]]
    assert keys["x"].startswith("mine~")


def test_the_same_case_twice_is_told_with_both_places(tmp_path: Path) -> None:
    told = problems_of(tmp_path, "tests:\n  - {vars: {a: b}}\n  - {vars: {a: b}}")[0]
    assert told.startswith("suite.yaml:3: tests[1]: the case ")
    assert told.endswith("is there twice; the first is at suite.yaml:2: tests[0].")


RICH = """
suite: rich
prompt: p
gate: {margin: 3.5, must_pass: [safety], max_cost_increase: 20%}
sharing: true
tests:
  - {id: a, vars: {t: "Grüße 😀", n: 3.0, l: [1, 2.5, null, {x: true}]}, tags: [safety], threshold: 0.5}
  - id: b
    metadata: {answerable: false}
    assert:
      - {type: assert-set, threshold: 0.5, assert: [{type: contains, value: x, weight: 0, metric: m}]}
      - {type: javascript, value: "1"}
      - {type: llm-rubric, value: good, rubricPrompt: [{role: user, content: hi}]}
"""


def test_a_suite_comes_back_from_its_json(tmp_path: Path) -> None:
    suite = suite_of(tmp_path, RICH)
    assert stored.from_json(canonical.as_json(suite)) == suite


def test_the_json_says_only_what_is_not_the_default(tmp_path: Path) -> None:
    text = canonical.as_json(suite_of(tmp_path, "tests: [{id: a, vars: {n: 3.0}}]"))
    assert text == '{"cases":[{"key":"a","vars":{"n":3}}],"name":"suite"}'


def test_the_version_is_the_hash_of_the_json(tmp_path: Path) -> None:
    suite = suite_of(tmp_path, RICH)
    assert canonical.version_of(suite) == hashlib.sha256(canonical.as_json(suite).encode()).hexdigest()


@pytest.mark.parametrize(
    ("old", "new"), [("margin: 3.5", "margin: 4"), ("😀", "😁"), ("threshold: 0.5}", "threshold: 0.6}")]
)
def test_any_change_is_another_version(tmp_path: Path, old: str, new: str) -> None:
    before, after = suite_of(tmp_path, RICH), suite_of(tmp_path, RICH.replace(old, new))
    assert canonical.version_of(before) != canonical.version_of(after)


def test_the_order_of_names_is_no_change(tmp_path: Path) -> None:
    before = suite_of(tmp_path, "suite: s\nprompt: p\ntests: [{id: a, vars: {x: 1, y: 2}}]")
    after = suite_of(tmp_path, "tests: [{vars: {y: 2, x: 1}, id: a}]\nprompt: p\nsuite: s")
    assert canonical.version_of(before) == canonical.version_of(after)


def test_what_a_database_does_to_numbers_is_no_change(tmp_path: Path) -> None:
    suite = suite_of(tmp_path, "tests: [{id: a, vars: {n: 1e22, m: 0.0000001, o: -0.0, p: 2.50}}]")
    stirred = json.dumps(json.loads(canonical.as_json(suite)), sort_keys=True, separators=(",", ":"))
    assert stored.from_json(stirred) == suite


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"name":"s"}',
        '{"cases":[],"name":"s"}',
        '{"cases":[{"key":"a"},{"key":"a"}],"name":"s"}',
        '{"cases":[{}],"name":"s"}',
        '{"cases":[{"key":"a"}], "name":"s"}',
        '{"name":"s","cases":[{"key":"a"}]}',
        '{"cases":[{"key":"a"}],"name":"s","other":1}',
        '{"cases":[{"key":"a","weight":1}],"name":"s"}',
        '{"cases":[{"key":"a","threshold":"0.5"}],"name":"s"}',
        '{"cases":[{"key":"a","vars":[]}],"name":"s"}',
        '{"cases":[{"key":"a","checks":[{"value":1}]}],"name":"s"}',
        '{"cases":[{"key":"a","checks":[7]}],"name":"s"}',
        '{"cases":[{"key":"a\\u0000"}],"name":"s"}',
        '{"cases":[{"key":"a","vars":{"x":NaN}}],"name":"s"}',
        '{"cases":[{"key":"a","vars":{"x":1e999}}],"name":"s"}',
        "[" * 100_000,
        '{"cases":[{"checks":['
        + '{"parts":[' * 150
        + '{"type":"x"}'
        + '],"type":"x"}' * 150
        + '],"key":"a"}],"name":"s"}',
    ],
)
def test_json_that_we_would_not_have_written_is_refused(text: str) -> None:
    with pytest.raises(Faulty):
        stored.from_json(text)


def test_json_that_we_would_have_written_is_taken() -> None:
    assert stored.from_json('{"cases":[{"key":"a"}],"name":"s"}').cases[0].key == "a"


def test_json_that_we_wrote_when_cases_had_a_weight_is_taken() -> None:
    assert stored.from_json('{"cases":[{"key":"a","weight":2}],"name":"s"}').cases[0].weight == 2
