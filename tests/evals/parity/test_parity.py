"""Whether the second model of a chain holds what the first one reaches."""

import pytest

from evals.models import SuiteVersion
from evals.parity import ChainParity, Standing, of_chains
from gateway.models import Chain
from prompts.models import PromptVersion
from tenants.models import Tenant
from tests.evals.factories import make_run, make_suite
from tests.evals.parity.factories import CASES, answered, make_answers, make_chain
from tests.prompts.factories import make_release, make_version

ALL_PASS = [3] * CASES
HALF_PASS = [3] * (CASES // 2) + [0] * (CASES // 2)


@pytest.fixture
def chain(operator: Tenant) -> Chain:
    return make_chain("first", "second")


@pytest.fixture
def version(chain: Chain) -> PromptVersion:
    found = make_version()
    make_release(found)
    return found


@pytest.fixture
def suite(version: PromptVersion) -> SuiteVersion:
    return make_suite(cases=CASES)


def parity(chain: Chain) -> ChainParity:
    return of_chains([chain])[chain.pk]


def test_a_second_model_that_does_as_well_holds(chain: Chain, suite: SuiteVersion, version: PromptVersion) -> None:
    make_answers(suite, version, "first", ALL_PASS)
    run = make_answers(suite, version, "second", ALL_PASS)
    found = parity(chain)
    [score] = found.members[1].scores
    assert (found.members[0].standing, score.standing) == (Standing.FIRST, Standing.HOLDS)
    assert score.answered is not None
    assert score.answered.run == run
    assert score.rate is not None
    assert score.rate.percent == 100
    assert score.rate.low < 100
    assert (found.lacks, [each.member.model.slug for each in found.proven]) == ("", ["second"])


def test_one_that_is_clearly_worse_does_not(chain: Chain, suite: SuiteVersion, version: PromptVersion) -> None:
    make_answers(suite, version, "first", ALL_PASS)
    make_answers(suite, version, "second", HALF_PASS)
    found = parity(chain)
    [score] = found.members[1].scores
    assert score.standing is Standing.FAILS
    assert score.why.startswith("It is 50.0 points worse")
    assert found.lacks == "no second model is proven (second: does not hold)"


def test_what_was_never_asked_is_not_measured_and_no_zero(
    chain: Chain, suite: SuiteVersion, version: PromptVersion
) -> None:
    make_answers(suite, version, "first", ALL_PASS)
    found = parity(chain)
    [score] = found.members[1].scores
    assert (score.standing, score.rate, score.answered) == (Standing.UNMEASURED, None, None)
    assert found.lacks == "no second model is proven (second: not measured)"


def test_without_the_firsts_score_nothing_holds(chain: Chain, suite: SuiteVersion, version: PromptVersion) -> None:
    make_answers(suite, version, "second", ALL_PASS)
    assert parity(chain).members[1].standing is Standing.UNMEASURED


def test_a_run_of_which_another_model_answered_a_part_says_nothing_of_either(
    chain: Chain, suite: SuiteVersion, version: PromptVersion
) -> None:
    run = make_run(suite, version)
    answered(run, {"head": {"case-0": [True, True, True]}}, "first")
    run.report["arms"]["head"]["served"] = {"acme-ai/first": 2, "acme-ai/second": 1}
    run.save()
    assert parity(chain).members[0].scores[0].standing is Standing.UNMEASURED


def test_an_ordinary_run_that_one_model_answered_alone_counts(
    chain: Chain, suite: SuiteVersion, version: PromptVersion
) -> None:
    run = make_run(suite, version)
    answered(run, {"head": {f"case-{number}": [True] * 3 for number in range(CASES)}}, "first")
    [score] = parity(chain).members[0].scores
    assert score.standing is Standing.FIRST
    assert score.answered is not None
    assert score.answered.run == run


def test_too_many_unmeasured_answers_are_no_score(chain: Chain, suite: SuiteVersion, version: PromptVersion) -> None:
    run = make_run(suite, version)
    answered(run, {"head": {f"case-{number}": [True, None, None] for number in range(CASES)}}, "first")
    assert parity(chain).members[0].scores[0].standing is Standing.UNMEASURED


def test_the_score_of_another_version_does_not_count(chain: Chain, suite: SuiteVersion, version: PromptVersion) -> None:
    make_answers(suite, make_version("Another."), "first", ALL_PASS)
    assert parity(chain).members[0].scores[0].standing is Standing.UNMEASURED


def test_a_chain_that_no_suite_judges_says_so(chain: Chain) -> None:
    found = parity(chain)
    assert (found.members[1].standing, found.lacks) == (Standing.UNMEASURED, "no suite judges a prompt that names it")


def test_a_chain_of_one_model_says_so(operator: Tenant) -> None:
    assert parity(make_chain("only", slug="lonely")).lacks == "it has no second model"


def test_a_canary_that_asked_once_does_not_hide_a_run_that_asked_more_often(
    chain: Chain, suite: SuiteVersion, version: PromptVersion
) -> None:
    run = make_answers(suite, version, "first", ALL_PASS)
    canary = make_run(suite, version, verdict="", kind="canary")
    answered(canary, {"head": {f"case-{number}": [True] for number in range(CASES)}}, "first")
    [score] = parity(chain).members[0].scores
    assert score.answered is not None
    assert score.answered.run == run
