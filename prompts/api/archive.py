"""All that there is of prompts, for a copy of it: in a few long pages, however many prompts they are of."""

import json
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from prompts.archive_serializers import (
    MOST_CONTENTS,
    CopiedReleaseQuery,
    CopiedReleaseShape,
    CopiedVersionQuery,
    CopiedVersionShape,
)
from prompts.models import PromptVersion, Release
from prompts.serializers import VersionShape
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.rest import ConsoleAPIView


class AllVersions(ConsoleAPIView):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(
        operation_id="prompt_versions_list",
        parameters=[CopiedVersionQuery],
        responses=answers(paged(CopiedVersionShape)),
    )
    def get(self, request: Request) -> Response:
        """Versions of all prompts, oldest first, with all that they say if `content` asks for it."""
        query = CopiedVersionQuery.of(request.query_params)
        with_content = query["content"]
        rows = PromptVersion.objects.select_related("prompt")
        rows = rows if with_content else rows.defer("content")
        rows = rows.filter(prompt__name__in=query["prompt"]) if query.get("prompt") else rows
        rows = rows.filter(hash__in=query["hash"]) if query.get("hash") else rows
        limit = min(query["limit"], MOST_CONTENTS) if with_content else query["limit"]
        found = page(rows, by="id", cursor=query.get("cursor"), limit=limit)
        return Response(found.answer([_copied(row, with_content=with_content) for row in found.rows]))


class AllReleases(ConsoleAPIView):
    permissions = {"GET": Permission.PROMPTS_READ}
    over_everything = True

    @extend_schema(
        operation_id="prompt_releases_list",
        parameters=[CopiedReleaseQuery],
        responses=answers(paged(CopiedReleaseShape)),
    )
    def get(self, request: Request) -> Response:
        """What was released and rolled back of all prompts, oldest first."""
        query = CopiedReleaseQuery.of(request.query_params)
        rows = Release.objects.select_related("prompt", "version", "tenant").defer("version__content")
        rows = rows.filter(prompt__name__in=query["prompt"]) if query.get("prompt") else rows
        found = page(rows, by="id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(CopiedReleaseShape(found.rows, many=True).data))


def _copied(version: PromptVersion, *, with_content: bool) -> dict[str, Any]:
    bundle = json.loads(version.content) if with_content else None
    return {**VersionShape(version).data, "prompt": version.prompt.name, "bundle": bundle}
