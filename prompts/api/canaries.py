"""How a canary does beside what all others get."""

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from costs.arms import Arm, Difference, Mean
from costs.reports.arms import Comparison, canary_beside
from prompts import services
from prompts.canary_shapes import CanaryShape
from prompts.serializers import CanaryQuery, ReleaseShape
from tenants.lookups import find_tenant
from tenants.openapi import answers
from tenants.permissions import Permission
from tenants.refusals import NotFound
from tenants.rest import Polled


class CanaryDetail(Polled):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(operation_id="prompts_canary", parameters=[CanaryQuery], responses=answers(CanaryShape))
    def get(self, request: Request, name: str) -> Response:
        """The canary's calls beside those of all others, since it began: what differs, and how surely."""
        query = CanaryQuery.of(request.query_params)
        tenant = find_tenant(query["tenant"]) if "tenant" in query else None
        # By the minute, so that whoever asks again and again is not sent the same under another time.
        at = datetime.now(UTC).replace(second=0, microsecond=0)
        found = canary_beside(services.find_prompt(name), query["environment"], tenant, at=at)
        if found is None:
            raise NotFound(f"{name} has no canary in {query['environment']}{f' for {tenant}' if tenant else ''}.")
        return Response(told(found))


def told(found: Comparison) -> dict[str, Any]:
    return {
        "canary": ReleaseShape(found.canary).data,
        "beside": ReleaseShape(found.beside).data,
        "since": found.since,
        "until": found.until,
        "is_cut": found.is_cut,
        "head": _arm(found.head),
        "base": _arm(found.base),
        "left_out": {"calls": found.left_out.calls, "tenants": found.left_out.tenants},
        "differences": [_difference(each) for each in found.differences],
        "pinned": found.pinned,
        "unmarked": found.unmarked,
        "sentences": [*found.sentences, *found.remarks],
    }


def _arm(arm: Arm) -> dict[str, Any]:
    counts = ("calls", "people", "ok", "failed", "refused", "stopped", "other", "unpriced")
    return {
        **{name: getattr(arm, name) for name in counts},
        "cost_usd": _value(arm.cost, 8),
        "latency_p50_ms": arm.latency_p50_ms,
        "latency_p95_ms": arm.latency_p95_ms,
        "output_tokens": _value(arm.output_tokens, 1),
    }


def _difference(found: Difference) -> dict[str, Any]:
    numbers = {name: getattr(found, name) for name in ("head", "base", "low", "high")}
    rounded = {name: None if value is None else f"{value:.8f}" for name, value in numbers.items()}
    return {"measure": found.measure, **rounded, "is_seen": found.is_seen}


def _value(mean: Mean, places: int) -> str | None:
    return None if mean.value is None else f"{mean.value:.{places}f}"
