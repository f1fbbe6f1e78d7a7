from pathlib import Path

import pytest

from evals.gate.rules import Rules
from evals.suites import canonical, problems, stored
from evals.suites.model import Assertion, Gate, Unsupported
from evals.suites.reading import read
from tests.evals.suites.files import case_of, problems_of, suite_of

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "quality" / "evals" / "support-answer.yaml"
OURS = """
suite: support-answer
prompt: support-answer
gate: {margin: 3, alpha: 0.01, must_pass: [safety], max_cost_increase: 20%}
defaults: {assert: [{type: refusal-correct}]}
cases:
  - id: hello
    description: Says hello
    vars: {question: Hello?}
    tags: [path:greeting, safety]
    threshold: 0.5
    provenance: written
    assert:
      - {type: contains, value: Hello, weight: 3, metric: tone}
      - {type: numeric, value: 3, tolerance: 1%}
"""


@pytest.mark.parametrize(("line", "judge"), [("", "default"), ("judge: careful", "careful")])
def test_a_suite_may_name_its_judge(tmp_path: Path, line: str, judge: str) -> None:
    suite = suite_of(tmp_path, f"{OURS}{line}\n")
    assert suite.judge == judge
    assert stored.from_json(canonical.as_json(suite)) == suite


@pytest.mark.parametrize(("line", "is_one"), [("", True), ("canary: true", True), ("canary: false", False)])
def test_a_suite_is_a_canary_unless_it_says_otherwise(tmp_path: Path, line: str, is_one: bool) -> None:
    suite = suite_of(tmp_path, f"{OURS}{line}\n")
    assert suite.canary is is_one
    assert stored.from_json(canonical.as_json(suite)) == suite


def test_a_suite_is_read_whole(tmp_path: Path) -> None:
    suite = suite_of(tmp_path, OURS)
    assert (suite.name, suite.prompt, suite.unknown) == ("support-answer", "support-answer", ())
    assert suite.gate == Gate(3.0, 0.01, ("safety",), 0.2)
    case = suite.cases[0]
    assert (case.key, case.description, case.vars) == ("hello", "Says hello", {"question": "Hello?"})
    assert (case.tags, case.must_pass) == (("path:greeting", "safety"), True)
    assert (case.threshold, case.provenance) == (0.5, "written")
    assert case.checks == (
        Assertion("refusal-correct"),
        Assertion("contains", "Hello", weight=3.0, metric="tone"),
        Assertion("numeric", 3, settings={"tolerance": "1%"}),
    )


def test_the_example_is_right() -> None:
    suite = read(EXAMPLE)
    assert len(suite.cases) >= 120
    assert suite.unsupported == ()


def test_a_gate_has_its_defaults_and_a_suite_the_name_of_its_file(tmp_path: Path) -> None:
    suite = suite_of(tmp_path, "tests: [{vars: {a: b}}]")
    assert (suite.name, suite.gate) == ("suite", Gate(5.0, 0.05, (), None))


def test_a_share_may_be_a_number(tmp_path: Path) -> None:
    gate = "gate: {max_cost_increase: 0.3, max_latency_increase: 50%, max_token_increase: 0}"
    suite = suite_of(tmp_path, f"{gate}\ntests: [{{vars: {{}}}}]")
    assert suite.gate == Gate(max_cost_increase=0.3, max_latency_increase=0.5, max_token_increase=0.0)
    assert stored.from_json(canonical.as_json(suite)) == suite


@pytest.mark.parametrize("alpha", [0.0001, 0.5])
def test_every_alpha_that_a_suite_can_have_can_be_judged_by(tmp_path: Path, alpha: float) -> None:
    suite = suite_of(tmp_path, f"gate: {{alpha: {alpha}}}\ntests: [{{vars: {{}}}}]")
    assert Rules(alpha=stored.from_json(canonical.as_json(suite)).gate.alpha).alpha == alpha


@pytest.mark.parametrize(
    ("test", "must_pass"),
    [
        ("{must_pass: true}", True),
        ("{metadata: {must_pass: 'true'}}", True),
        ("{tags: safety}", True),
        ("{metadata: {tags: [safety]}}", True),
        ("{tags: [other]}", False),
        ("{must_pass: false}", False),
    ],
)
def test_a_case_must_pass_by_its_tag_or_because_it_says_so(tmp_path: Path, test: str, must_pass: bool) -> None:
    assert case_of(tmp_path, f"gate: {{must_pass: [safety]}}\ntests: [{test}]").must_pass is must_pass


def test_unknown_keys_are_told_and_what_they_hold_is_not_kept(tmp_path: Path) -> None:
    text = """
providers: [{id: openai, config: {apiKey: sk-secret}}]
sharing: false
defaultTest: {options: {prefix: x}}
tests: [{vars: {a: b}, repeat: 2, weight: 3, assert: [{type: contains, value: a, provider: {apiKey: sk-secret}}]}]
"""
    suite = suite_of(tmp_path, text)
    told = ("providers", "sharing", "defaultTest.options.prefix", "assert.provider", "tests.repeat", "tests.weight")
    assert suite.unknown == told
    assert "sk-secret" not in repr(suite)


def test_code_is_read_as_unsupported_and_the_cases_are_counted(tmp_path: Path) -> None:
    text = """
defaultTest: {assert: [{type: javascript, value: output.length < 9}]}
tests:
  - vars: {a: 1}
    assert: [{type: not-python, value: "True"}, {type: equals, value: "file://judge.py:check"}]
  - vars: {a: 2}
    assert: [{type: equals, value: x, transform: output.trim()}]
  - {vars: {a: file://make.js}}
  - {vars: {a: 4}, options: {transform: output.trim()}}
  - {vars: {a: 5}, assertScoringFunction: file://score.js}
"""
    assert suite_of(tmp_path, text).unsupported == (
        Unsupported("javascript", "it runs JavaScript, which never happens here.", 5),
        Unsupported("not-python", "it runs Python, which never happens here.", 1),
        Unsupported("equals", "its value comes from judge.py:check, which never runs.", 1),
        Unsupported("equals", "its transform is JavaScript, which never runs here.", 1),
        Unsupported("case", "its variable a comes from make.js, which never runs.", 1),
        Unsupported("case", "its option transform is JavaScript, which never runs here.", 1),
        Unsupported("case", "its assertScoringFunction never runs.", 1),
    )


def test_templates_of_assertions_are_put_in(tmp_path: Path) -> None:
    text = """
assertionTemplates: {polite: {type: icontains, value: please, weight: 2}}
tests: [{vars: {a: b}, assert: [{$ref: '#/assertionTemplates/polite', value: thanks}]}]
"""
    suite = suite_of(tmp_path, text)
    assert (suite.cases[0].checks, suite.unknown) == ((Assertion("icontains", "thanks", weight=2.0),), ())


def test_a_set_holds_its_parts(tmp_path: Path) -> None:
    check = "{type: assert-set, threshold: 0.5, weight: 2, assert: [{type: contains, value: a}, {type: is-json}]}"
    found = case_of(tmp_path, f"tests: [{{assert: [{check}]}}]").checks[0]
    assert (found.threshold, found.weight) == (0.5, 2.0)
    assert found.parts == (Assertion("contains", "a"), Assertion("is-json"))


def test_the_rubric_prompt_of_the_options_goes_to_the_judged_checks_without_one(tmp_path: Path) -> None:
    text = """
defaultTest: {options: {rubricPrompt: Judge.}}
tests: [{assert: [{type: llm-rubric, value: a}, {type: contains, value: a},
  {type: llm-rubric, value: b, rubricPrompt: Mine.}, {type: assert-set, assert: [{type: not-llm-rubric, value: c}]}]}]
"""
    checks = case_of(tmp_path, text).checks
    assert [check.rubric_prompt for check in checks] == ["Judge.", None, "Mine.", None]
    assert checks[3].parts[0].rubric_prompt == "Judge."


def test_values_stay_what_they_are(tmp_path: Path) -> None:
    case = case_of(tmp_path, "tests: [{vars: {a: no, b: 1.50, c: 2026-01-01, d: {e: [1, null]}, f: '007'}}]")
    assert case.vars == {"a": "no", "b": 1.5, "c": "2026-01-01", "d": {"e": [1, None]}, "f": "007"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tests: [", "suite.yaml:2:1: "),
        ("a: 1\ntests:\n\t- x", "suite.yaml:3:1: "),
        ("tests: [{vars: {a: 1, a: 2}}]", "suite.yaml:1: 'a' is there twice"),
        ("- a", "suite.yaml:1: it must be a mapping"),
        ("suite: x", "suite.yaml:1: it has neither"),
        ("tests: []", "suite.yaml:1: it has no cases."),
        ("tests: 7", "suite.yaml:1: tests: it must be a list of tests, or a file of them, not 7."),
        ("suite: Not This\ntests: [{}]", "suite.yaml:1: suite: 'Not This' must be"),
        ("gate: {margn: 3}\ntests: [{}]", "suite.yaml:1: gate.margn: there is no such field"),
        ("gate: {margin: wide}\ntests: [{}]", "suite.yaml:1: gate.margin: it must be a number from 0.1 to 50"),
        ("gate: {max_cost_increase: much}\ntests: [{}]", "suite.yaml:1: gate.max_cost_increase: it must be a share"),
        ("tests:\n  - a: 1\n  - 7", "suite.yaml:3: tests[1]: it must be a mapping, not 7."),
        ("tests:\n  - assert:\n      - value: x", "suite.yaml:3: tests[0].assert[0]: it has no type."),
        (
            "tests:\n  - assert:\n      - type: equals\n        weight: heavy",
            "suite.yaml:4: tests[0].assert[0].weight: it must be a number",
        ),
        (
            "tests: [{assert: [{type: assert-set, assert: [{type: assert-set}]}]}]",
            "suite.yaml:1: tests[0].assert[0].assert[0]: a set cannot hold a set.",
        ),
        ("tests: [{assert: [{$ref: '#/nowhere'}]}]", "suite.yaml:1: tests[0].assert[0]: there is no #/nowhere"),
        ('tests: [{vars: {a: "\\0"}}]', "suite.yaml:1: tests[0]: it holds a NUL character."),
        ("tests: [{vars: {a: 1e999}}]", "suite.yaml:1: tests[0]: it holds a number that JSON does not have."),
        ("tests: [{must_pass: perhaps}]", "suite.yaml:1: tests[0].must_pass: it must be true or false"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    assert problems_of(tmp_path, text)[0].startswith(told)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = "gate: {alpha: 7}\ntests:\n  - {id: a, threshold: x}\n  - {id: a}\n  - {assert: [{}]}\n  - {vars: file://x.yaml}"
    assert problems_of(tmp_path, text) == [
        "suite.yaml:1: gate.alpha: it must be a number from 0.0001 to 0.5, not 7.",
        "suite.yaml:3: tests[0].threshold: it must be a number, not 'x'.",
        "suite.yaml:4: tests[1]: the case a is there twice; the first is at suite.yaml:3: tests[0].",
        "suite.yaml:5: tests[2].assert[0]: it has no type.",
        "suite.yaml:6: tests[3].vars: there is no file x.yaml.",
    ]


def test_of_very_many_faults_the_first_are_shown(tmp_path: Path) -> None:
    with pytest.raises(problems.Faulty) as fault:
        suite_of(tmp_path, "tests:\n" + "  - 7\n" * 60)
    assert str(fault.value).endswith("\nand 10 more")
    assert len(fault.value.problems) == 60
