"""A suite asked of one model of a chain, instead of whichever answers."""

import pytest
from django.db import IntegrityError, transaction

from evals import services
from evals.models import Result, Run
from gateway.services import Member, declare_chain, declare_model
from tenants.actors import SYSTEM
from tenants.models import Tenant
from tenants.refusals import Invalid
from tenants.scope import ALL, scope
from tests.evals.factories import make_run, make_suite
from tests.evals.loop import GOOD, Loop, now
from tests.prompts.factories import make_version


def test_the_model_that_is_named_answers_and_not_the_first_of_the_prompts_chain(loop: Loop) -> None:
    with scope(ALL):
        declare_model("second", provider="simulator", by=SYSTEM)
        declare_chain("default", members=[Member("mini"), Member("second")], by=SYSTEM)
    run = loop.run(loop.push(GOOD), model="second")
    assert (run.kind, run.model, run.state, run.verdict) == ("model", "second", "finished", "")
    assert set(Result.objects.of(run).values_list("model", flat=True)) == {"simulator/second"}
    assert run.report["arms"]["head"]["served"] == {"simulator/second": 40}


def test_it_is_no_verdict_on_the_version(loop: Loop) -> None:
    version = loop.push(GOOD)
    loop.run(version, model="mini")
    with scope(ALL):
        [standing] = services.standings(version, "production")
    assert "has not been run" in standing.why


def test_a_model_that_is_not_declared_is_refused(operator: Tenant) -> None:
    suite, version = make_suite(), make_version()
    with pytest.raises(Invalid, match="no model or chain 'nobody'"):
        services.start_run(suite, head=version, model="nobody", by=SYSTEM, at=now())


def test_a_model_and_a_base_are_refused_together(operator: Tenant) -> None:
    suite, base, head = make_suite(), make_version(), make_version("Other.")
    with pytest.raises(Invalid, match="has no base"):
        services.start_run(suite, head=head, base=base, model="mini", by=SYSTEM, at=now())


def test_the_database_refuses_such_a_run_without_its_model(operator: Tenant) -> None:
    suite, head = make_suite(), make_version()
    with pytest.raises(IntegrityError, match="only_a_models_run_names_it"), transaction.atomic():
        make_run(suite, head, verdict="", kind=Run.Kind.MODEL)
