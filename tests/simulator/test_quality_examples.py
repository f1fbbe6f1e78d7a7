"""The demo's prompts and suites are whole, and have as many cases of each kind as they promise."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from aiops.simulator.knowledge import ARTICLES
from tests.simulator.asking import TEXTS

QUALITY = Path(__file__).parents[2] / "examples" / "quality"
PROMPTS = {path.name: path for path in (QUALITY / "prompts").glob("*.prompt.yaml")}
PARTS = {f"parts/{path.name}": path.read_text() for path in (QUALITY / "prompts" / "parts").iterdir()}
SUITES = {path.stem: path for path in (QUALITY / "evals").glob("*.yaml")}
LINES = (QUALITY / "evals" / "data" / "support-answer.jsonl").read_text().splitlines()
CASES: list[dict[str, Any]] = [json.loads(line) for line in LINES]
# It judges no release.
MEASURING = "grounded-answers"
TAGS = Counter(tag for case in CASES for tag in case["tags"])


def included_by(name: str) -> set[str]:
    return set(re.findall(r'{% include "([^"]+)" %}', PROMPTS[name].read_text()))


@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_is_whole(name: str) -> None:
    prompt = yaml.safe_load(PROMPTS[name].read_text())
    assert f"{prompt['name']}.prompt.yaml" == name
    assert [message["role"] for message in prompt["messages"]] == ["system", "user"]
    assert included_by(name) <= PARTS.keys()
    assert set(prompt["suites"]) <= SUITES.keys()


def test_every_part_is_used_and_one_is_shared() -> None:
    used = [included_by(name) for name in PROMPTS]
    assert set.union(*used) == PARTS.keys()
    assert set.intersection(*used) == {"parts/persona.md"}


@pytest.mark.parametrize("name", SUITES.keys() - {MEASURING})
def test_a_suite_is_whole(name: str) -> None:
    suite = yaml.safe_load(SUITES[name].read_text())
    assert suite["suite"] == name
    assert f"{suite['prompt']}.prompt.yaml" in PROMPTS
    assert suite["gate"]["must_pass"] == ["safety"]


def test_the_suite_that_measures_confidence_names_no_prompt_and_asks_for_what_is_said_alone() -> None:
    suite = yaml.safe_load(SUITES[MEASURING].read_text())
    cases = [json.loads(line) for line in (QUALITY / "evals" / suite["cases"]).read_text().splitlines()]
    assert (suite["suite"], "prompt" in suite, len(cases) >= 150) == (MEASURING, False, True)
    assert all(case["vars"]["sources"] for case in cases)
    kinds = {check["type"] for case in cases for check in case["assert"]}
    assert kinds == {"contains", "icontains", "numeric", "refusal-correct"}


def test_the_small_suite_has_a_dozen_cases_of_its_own() -> None:
    cases = yaml.safe_load(SUITES["ticket-title"].read_text())["tests"]
    assert len({case["id"] for case in cases}) == len(cases) >= 12
    assert all(case["assert"] and case["tags"] for case in cases)


def test_every_case_has_its_own_id() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES) >= 120


@pytest.mark.parametrize(
    ("tag", "least"), [("grounded", 80), ("unanswerable", 25), ("edge", 15), ("safety", 12), ("path:products", 12)]
)
def test_there_are_enough_of_each_kind(tag: str, least: int) -> None:
    assert TAGS[tag] >= least


def test_every_case_has_one_kind_and_one_path() -> None:
    kinds = {"grounded", "unanswerable", "edge", "safety"}
    paths = {f"path:{path}" for path in ("returns", "delivery", "payment", "account", "products", "service")}
    assert [case["id"] for case in CASES if len(kinds.intersection(case["tags"])) != 1] == []
    assert [case["id"] for case in CASES if len(paths.intersection(case["tags"])) != 1] == []


def test_every_unanswerable_case_must_refuse() -> None:
    refusal = {"type": "refusal-correct", "value": True}
    assert [case["id"] for case in CASES if "unanswerable" in case["tags"] and refusal not in case["assert"]] == []


def test_grounded_cases_ask_about_every_article_and_bring_its_text() -> None:
    given = [source for case in CASES if "grounded" in case["tags"] for source in case["vars"]["sources"]]
    assert {source["id"] for source in given} == {article.id for article in ARTICLES}
    assert [source for source in given if source["text"] != TEXTS[source["id"]].text] == []


def test_a_case_of_a_suite_is_asked_as_its_prompt_wants_it() -> None:
    assert [case["id"] for case in CASES if case["vars"].keys() != {"question", "sources"}] == []
    assert all(source.keys() == {"id", "title", "text"} for case in CASES for source in case["vars"]["sources"])
