"""What became of a prompt: a version with all that it says, how two differ, and what was released when."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch.standing import version_stops
from prompts import services
from prompts.api.places import where
from prompts.diffing import TextDiff, diff
from prompts.models import Release
from prompts.serializers import (
    DiffQuery,
    DiffShape,
    OpenedVersionShape,
    ReleaseQuery,
    ReleaseShape,
    VersionShape,
)
from prompts.serving import against
from prompts.stop_shapes import stopped
from prompts.whereabouts import whereabouts
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.rest import ConsoleAPIView


class VersionDetail(ConsoleAPIView):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(operation_id="prompts_version", responses=answers(OpenedVersionShape))
    def get(self, request: Request, name: str, version: str) -> Response:
        """One version with its content, named by its hash, the beginning of it, or v17."""
        found = services.find_version(services.find_prompt(name), version)
        facts = {
            "bundle": found.bundle.as_data(),
            **where(whereabouts(found.prompt).get(found.pk, ())),
            "tokens": found.tokens,
            "stopped": stopped(found, version_stops()),
        }
        return Response({**VersionShape(found).data, **facts})


class VersionDiff(ConsoleAPIView):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(operation_id="prompts_version_diff", parameters=[DiffQuery], responses=answers(DiffShape))
    def get(self, request: Request, name: str, version: str) -> Response:
        """How a version differs from another, from what callers get now unless one is named."""
        prompt = services.find_prompt(name)
        head = services.find_version(prompt, version)
        word = DiffQuery.of(request.query_params).get("against")
        base = services.find_version(prompt, word) if word else against(prompt, head)
        texts = diff(base.bundle, head.bundle).texts if base else ()
        return Response(
            {
                "base": base and str(base),
                "head": str(head),
                "added": sum(text.added for text in texts),
                "removed": sum(text.removed for text in texts),
                "texts": [_text(text) for text in texts],
            }
        )


class ReleaseList(ConsoleAPIView):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(operation_id="prompts_releases", parameters=[ReleaseQuery], responses=answers(paged(ReleaseShape)))
    def get(self, request: Request, name: str) -> Response:
        """What was released and rolled back, newest first."""
        query = ReleaseQuery.of(request.query_params)
        rows = Release.objects.filter(prompt=services.find_prompt(name)).select_related("prompt", "version", "tenant")
        rows = rows.filter(environment=query["environment"]) if "environment" in query else rows
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(ReleaseShape(found.rows, many=True).data))


def _text(text: TextDiff) -> dict[str, Any]:
    lines = [
        {"kind": line.kind, "number": line.number or None, "text": "".join(bit.text for bit in line.bits)}
        for line in text.lines
    ]
    return {"name": text.name, "was": text.was or None, "added": text.added, "removed": text.removed, "lines": lines}
