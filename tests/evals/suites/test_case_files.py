"""Cases in files of their own, and values in files."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from evals.suites import expected, folder
from tests.evals.suites.files import case_of, problems_of, suite_of, types

TWO = [{"vars": {"a": 1}}, {"vars": {"a": 2.5}}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cases__jsonl", "\n".join(map(json.dumps, TWO)) + "\n\n"),
        ("cases__json", json.dumps(TWO)),
        ("cases__yaml", "- vars: {a: 1}\n- vars: {a: 2.5}"),
        ("cases__yml", "[{vars: {a: 1}}, {vars: {a: 2.5}}]"),
    ],
)
@pytest.mark.parametrize("said", ["cases: {}", "tests: file://{}", "tests: [file://{}]"])
def test_cases_may_stand_in_a_file(tmp_path: Path, name: str, content: str, said: str) -> None:
    suite = suite_of(tmp_path, said.format(name.replace("__", ".")), **{name: content})
    assert [case.vars for case in suite.cases] == [{"a": 1}, {"a": 2.5}]


def test_files_and_tests_may_be_mixed(tmp_path: Path) -> None:
    text = "tests: [file://a.csv, {vars: {x: inline}}]\ncases: b.jsonl"
    suite = suite_of(tmp_path, text, a__csv="x\n1\n", b__jsonl='{"vars": {"x": 2}}')
    assert [case.vars["x"] for case in suite.cases] == ["1", "inline", 2]


@pytest.mark.parametrize(
    ("said", "descriptions"),
    [
        ("tests: file://cases.csv", ["Row #1", "mine", "Row #3"]),
        ("tests: [file://cases.csv]", ["Row #1", "mine", "Row #3"]),
        ("tests: file://cases.jsonl", ["Row #1", "mine", "Row #3", ""]),
        ("tests: [file://cases.jsonl]", ["", "mine", "", ""]),
    ],
)
def test_rows_without_a_description_are_numbered_as_promptfoo_does(
    tmp_path: Path, said: str, descriptions: list[str]
) -> None:
    lines = ['{"vars": {"a": 1}}', '{"vars": {"a": 2}, "description": "mine"}', '{"vars": {"a": 3}}', '{"id": "own"}']
    suite = suite_of(tmp_path, said, cases__csv="a,__description\n1,\n2,mine\n3,\n", cases__jsonl="\n".join(lines))
    assert [case.description for case in suite.cases] == descriptions


CSV = """\ufeffid,text,__expected,__expected2,__metric,__threshold,__metadata:tags[],__metadata:id,__config:x
007,"  padded, ""quoted""
",contains: yes ,,tone,0.5,"a, b\\,c",first,y
8,plain, ,not-regex: ^x,,,,second,
"""


def test_a_csv_file_is_read_as_promptfoo_reads_it(tmp_path: Path) -> None:
    suite = suite_of(tmp_path, "tests: file://cases.csv", cases__csv=CSV)
    first, second = suite.cases
    assert (first.key, second.key) == ("first", "second")
    assert first.vars == {"id": "007", "text": '  padded, "quoted"\n'}
    assert [(check.type, check.value, check.metric) for check in first.checks] == [("contains", "yes", "tone")]
    assert (first.threshold, first.tags) == (0.5, ("a", "b,c"))
    assert (types(second), second.threshold, second.tags) == ([("not-regex", "^x")], None, ())
    assert suite.unknown == ("tests.__config:x",)


@pytest.mark.parametrize(
    ("cell", "assertion"),
    [
        ("plain text", {"type": "equals", "value": "plain text"}),
        ("Contains:x", {"type": "equals", "value": "Contains:x"}),
        ("contains:x", {"type": "contains", "value": "x"}),
        ("  contains:  a:b  ", {"type": "contains", "value": "a:b"}),
        ("not-icontains:x", {"type": "not-icontains", "value": "x"}),
        ("contains-any: a, b", {"type": "contains-any", "value": "a, b"}),
        ("is-json", {"type": "is-json"}),
        ("is-json:", {"type": "is-json"}),
        ("regex:a\nb", {"type": "regex", "value": "a\nb"}),
        ("levenshtein: kitten", {"type": "levenshtein", "value": "kitten", "threshold": 0.75}),
        ("levenshtein(3):kitten", {"type": "levenshtein", "value": "kitten", "threshold": 3.0}),
        ("latency(2000)", {"type": "latency", "threshold": 2000.0}),
        ("cost", {"type": "cost", "threshold": 0.75}),
        ("similar:x", {"type": "similar", "value": "x", "threshold": 0.8}),
        ("bleu(0.9):x", {"type": "bleu", "value": "x"}),
        ("rouge-n:x", {"type": "rouge-n", "value": "x", "threshold": 0.75}),
        ("grade: is polite", {"type": "llm-rubric", "value": "is polite"}),
        ("llm-rubric(0.8): is polite", {"type": "llm-rubric", "value": "is polite", "threshold": 0.8}),
        ("fn: output.length", {"type": "javascript", "value": "output.length"}),
        ("eval: output.length", {"type": "javascript", "value": "output.length"}),
        ("python: len(output)", {"type": "python", "value": "len(output)"}),
    ],
)
def test_an_expected_cell_names_an_assertion(cell: str, assertion: dict[str, Any]) -> None:
    assert expected.assertion(cell) == assertion


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("cases.jsonl", '{"id": "a"}\n{"id": }', "cases.jsonl:2: it is not JSON: Expecting value"),
        ("cases.jsonl", '{"vars": {"a": NaN}}', "cases.jsonl:1: it is not JSON: NaN is no JSON number."),
        ("cases.jsonl", '{"vars": 7}', "cases.jsonl:1: vars: it must be a mapping, not 7."),
        ("cases.jsonl", '{"vars": {"a": "\\ud800"}}', "cases.jsonl:1: it holds half of a character"),
        (
            "cases.jsonl",
            '{"id": "a"}\n\n{"id": "a"}',
            "cases.jsonl:3: the case a is there twice; the first is at cases.jsonl:1",
        ),
        (
            "cases.jsonl",
            '{"vars": {"a": ' + "[" * 250 + "]" * 250 + "}}",
            "cases.jsonl:1: it is not JSON: it is nested",
        ),
        ("cases.json", "[1", "cases.json: it is not JSON"),
        ("cases.json", "7", "cases.json: it must be a list of tests, not 7."),
        ("cases.json", '[{"threshold": "x"}]', "cases.json: [0].threshold: it must be a number"),
        ("cases.yaml", "- {a: 1", "cases.yaml:2:1: "),
        ("cases.yaml", "- {}\n- threshold: x", "cases.yaml:2: [1].threshold: it must be a number"),
        ("cases.csv", "a,b\n1,2\n3\n", "cases.csv:3: it has 1 cells, the header has 2."),
        ("cases.csv", "a,a\n", "cases.csv:1: the column 'a' is there twice."),
        ("cases.csv", 'a,b\n1,"2\n', "cases.csv:2: it is not CSV"),
        (
            "cases.csv",
            'a,__metadata:id\n"1\n2",x\n3,x\n',
            "cases.csv:4: the case x is there twice; the first is at cases.csv:2",
        ),
        ("cases.txt", "", "suite.yaml:1: cases: 'cases.txt' must end in .jsonl, .csv, .yaml, .yml, .json."),
    ],
)
def test_a_fault_in_a_file_of_cases_has_its_line(tmp_path: Path, name: str, content: str, told: str) -> None:
    found = problems_of(tmp_path, f"cases: {name}", **{name.replace(".", "__"): content})
    assert found[0].startswith(told)


def test_values_may_stand_in_files(tmp_path: Path) -> None:
    text = """
tests:
  - vars: {a: file://a.txt, b: file://b.yaml, c: [file://a.txt]}
    assert: [{type: equals, value: file://c.json}, {type: is-json, value: file://b.yaml}, {type: contains, value: file://a.txt}]
"""
    case = case_of(tmp_path, text, a__txt="  text\n\n", b__yaml="x: [1, 2.5]\n", c__json='{"y": 1}')
    assert case.vars == {"a": "text", "b": '{"x":[1,2.5]}', "c": "text"}
    assert [check.value for check in case.checks] == [{"y": 1}, {"x": [1, 2.5]}, "text"]


def test_variables_may_stand_in_a_file_all_together(tmp_path: Path) -> None:
    assert case_of(tmp_path, "tests: [{vars: file://v.yaml}]", v__yaml="a: 1").vars == {"a": 1}


@pytest.mark.parametrize(
    "name", ["../secret.txt", "/etc/hostname", "link.txt", "folder/../../secret.txt", "missing.txt", "."]
)
def test_nothing_outside_the_folder_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    inside = tmp_path / "suites"
    inside.mkdir()
    os.symlink(tmp_path / "secret.txt", inside / "link.txt")
    found = problems_of(inside, f"tests: [{{vars: {{a: 'file://{name}'}}}}]")
    assert found[0].startswith("suite.yaml:1: tests[0].vars.a: ")
    assert found[0].endswith(("is outside the suite's folder.", "there is no file missing.txt.", "suites."))


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "there is no file" in problems_of(tmp_path, "tests: [{vars: {a: file://pipe.txt}}]")[0]


def test_a_large_value_is_refused(tmp_path: Path) -> None:
    large = "x" * (folder.MOST_VALUE_BYTES + 1)
    assert "larger than 1,024 KiB" in problems_of(tmp_path, "tests: [{vars: {a: file://a.txt}}]", a__txt=large)[0]


def test_what_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\xff\xfe")
    assert "is not UTF-8 text" in problems_of(tmp_path, "tests: [{vars: {a: file://a.bin}}]")[0]


def test_too_many_cases_are_refused(tmp_path: Path) -> None:
    rows = "a\n" + "\n".join(map(str, range(20_001)))
    assert problems_of(tmp_path, "cases: cases.csv", cases__csv=rows) == [
        "suite.yaml:1: it has more than 20,000 cases."
    ]
