"""Parts: which prompts have them, and what a change of parts or prompts touches."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from costs.reports import Totals
from evals.impact import Impact, Line, Part, lines_of, read
from evals.impact.week import DAYS, shares, total
from prompts.part_serializers import ImpactQuery, ImpactShape, PartQuery, PartShape
from tenants.openapi import answers, paged
from tenants.permissions import Permission
from tenants.rest import Polled


class PartList(Polled):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(operation_id="parts_list", parameters=[PartQuery], responses=answers(paged(PartShape)))
    def get(self, request: Request) -> Response:
        """Parts of what is live and newest, by their paths, with the calls of seven days that carried each."""
        query = PartQuery.of(request.query_params)
        impact = read(datetime.now(UTC))
        after, limit = query.get("cursor", ""), query["limit"]
        rest = sorted((part for part in impact.parts if _cursor(part) > after), key=_cursor)
        following = _cursor(rest[limit - 1]) if len(rest) > limit else None
        return Response({"results": [_part(impact, part) for part in rest[:limit]], "next": following})


class PartImpact(Polled):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(operation_id="parts_impact", parameters=[ImpactQuery], responses=answers(ImpactShape))
    def get(self, request: Request) -> Response:
        """What a change of these parts and prompts touches: prompts, features, suites, calls and money of seven days.

        A path is every part of that path. What is not on the console is told, not refused.
        """
        query = ImpactQuery.of(request.query_params)
        impact = read(datetime.now(UTC))
        parts = [part for part in impact.parts if part.path in query["path"]]
        named = [
            prompt.pk
            for prompt in impact.prompts.values()
            if prompt.name in query["prompt"] and prompt.pk in impact.held
        ]
        touched = dict.fromkeys([*named, *(prompt for part in parts for prompt in part.prompts)])
        lines = lines_of(impact, touched)
        known = {impact.prompts[pk].name for pk in named} | {part.path for part in parts}
        return Response(
            {
                "parts": [{"path": part.path, "prompts": _names(impact, part)} for part in parts],
                "prompts": [_line(line) for line in lines],
                "unknown": sorted({*query["path"], *query["prompt"]} - known),
                "days": DAYS,
                **_traffic(total(line.traffic for line in lines)),
            }
        )


def _cursor(part: Part) -> str:
    return f"{part.path}\n{part.text}"


def _part(impact: Impact, part: Part) -> dict[str, Any]:
    traffic = impact.traffic(part)
    of_all = shares(traffic, impact.week.all)
    return {
        "path": part.path,
        "text": part.text,
        "tokens": part.tokens,
        "prompts": _names(impact, part),
        "prompts_with_another_text": sorted(impact.prompts[pk].name for pk in part.others),
        "environments": list(part.environments),
        "also_at": list(part.also),
        **_traffic(traffic),
        "calls_share_7d": _rounded(of_all.calls),
        "cost_share_7d": _rounded(of_all.cost),
    }


def _rounded(share: Decimal | None) -> float | None:
    return None if share is None else round(float(share), 6)


def _names(impact: Impact, part: Part) -> list[str]:
    return sorted(impact.prompts[pk].name for pk in part.prompts)


def _line(line: Line) -> dict[str, Any]:
    newest = [str(place.version) for place in line.places]
    return {
        "name": line.prompt.name,
        "feature": line.prompt.feature.slug if line.prompt.feature else None,
        "live": {place.environment: str(place.version) for place in line.places if place.environment},
        "newest": newest[-1],
        "suites": [
            {"name": each.suite, "cases": each.cases, "verdict": each.run.verdict if each.run else None}
            for each in line.suites
        ],
        **_traffic(line.traffic),
    }


def _traffic(traffic: Totals | None) -> dict[str, Any]:
    cost = traffic.known_spend if traffic else None
    return {
        "calls_7d": traffic.calls if traffic else None,
        "cost_usd_7d": None if cost is None else f"{cost:f}",
        "unpriced_calls_7d": traffic.unpriced_calls if traffic else None,
    }
