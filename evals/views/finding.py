"""The run that an address names."""

from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from evals.models import Result, Run
from evals.models.run import RunQuerySet


def runs() -> RunQuerySet:
    """With all that they name but the suites' contents, which are long and come when they are asked for."""
    return Run.objects.select_related("suite__suite", "prompt", "base", "head", "stands_for").defer("suite__content")


def find_run(pk: UUID) -> Run:
    return get_object_or_404(runs(), pk=pk)


def find_between(suite: str, base: str, head: str) -> Run:
    """The newest run of the suite that compares these versions, judged ones first.

    Versions are named as v3, or by at least eight characters of a hash.
    """
    rows = runs().filter(_named("base", base), _named("head", head), suite__suite__name=suite, kind="comparison")
    found = rows.finished().newest_first().first() or rows.newest_first().first()
    if found is None:
        raise Http404
    return found


def progress(*of: Run) -> dict[object, dict[str, int]]:
    """Of each run, how many calls are planned and how many are done."""
    rows = Result.objects.filter(run__in=of).values("run")
    counted = rows.annotate(planned=Count("*"), done=Count("done_at"))
    found = {row["run"]: {"planned": row["planned"], "done": row["done"]} for row in counted}
    return {run.pk: found.get(run.pk, {"planned": 0, "done": 0}) for run in of}


def _named(arm: str, word: str) -> Q:
    number = word.removeprefix("v")
    if word.startswith("v") and number.isascii() and number.isdigit() and len(number) < 9:
        return Q(**{f"{arm}__number": int(number)})
    return Q(**{f"{arm}__hash__startswith": word}) if len(word) >= 8 else Q(pk__in=())
