"""What the cases of a suite are, and what became of each in a run."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evals.api import find_run, find_suite
from evals.comparing.causes import cause_of, flips_of
from evals.comparing.cells import Cell, Side, cells_of
from evals.comparing.content import CaseText, suite_text
from evals.models import Run, SuiteVersion
from evals.serializers import CaseQuery, CasesShape, OpenedSuiteShape, SuiteShape, SuiteVersionShape
from tenants.openapi import answers
from tenants.permissions import Permission
from tenants.rest import ConsoleAPIView

# Of its contents so many are told.
_VERSIONS = 100


class SuiteDetail(ConsoleAPIView):
    permissions = {"GET": Permission.EVALS_READ}
    over_everything = True

    @extend_schema(operation_id="suites_read", responses=answers(OpenedSuiteShape))
    def get(self, request: Request, name: str) -> Response:
        """A suite with the content that releases are judged by, and its newest hundred contents."""
        suite = find_suite(name)
        rows = SuiteVersion.objects.of(suite).defer("content").order_by("-number")[:_VERSIONS]
        content = json.loads(suite.current.content) if suite.current else None
        facts = {"content": content, "versions": SuiteVersionShape(rows, many=True).data}
        return Response({**SuiteShape(suite).data, **facts})


class RunCases(ConsoleAPIView):
    permissions = {"GET": Permission.EVALS_READ}
    over_everything = True

    @extend_schema(operation_id="runs_cases", parameters=[CaseQuery], responses=answers(CasesShape))
    def get(self, request: Request, run_id: UUID) -> Response:
        """What became of each case: regressed, fixed, reworded, the same; the most urgent first, with why."""
        query, run = CaseQuery.of(request.query_params), find_run(run_id)
        suite = suite_text(run.suite_id)
        cells = cells_of(run, {key: case.must_pass for key, case in suite.cases.items()})
        chosen = [cell for cell in cells if query.get("kind", cell.kind) == cell.kind]
        first, limit = query.get("cursor", 0), query["limit"]
        shown = chosen[first : first + limit]
        following = str(first + limit) if len(chosen) > first + limit else None
        counts = Counter(str(cell.kind) for cell in cells)
        return Response({"counts": counts, "results": _cases(run, shown, suite.cases), "next": following})


def _cases(run: Run, cells: list[Cell], cases: Mapping[str, CaseText]) -> list[dict[str, Any]]:
    flips = flips_of(run, cells)
    return [
        {
            "case": cell.key,
            "title": cases[cell.key].title,
            "kind": cell.kind,
            "must_pass": cell.must_pass,
            "base": None if cell.base is None else _side(cell.base),
            "head": _side(cell.head),
            "cause": cause_of(cell, cases[cell.key], flips),
        }
        for cell in cells
    ]


def _side(side: Side) -> dict[str, int]:
    return {"measured": side.measured, "passed": side.passed}
