"""Whether the models behind a chain could stand in for its first one."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from evals.parity import Score, Standing, of_chains
from gateway.models import Chain
from tenants.lookups import near
from tenants.openapi import answers
from tenants.permissions import Permission
from tenants.refusals import NotFound
from tenants.rest import ConsoleAPIView

STANDINGS = [str(each) for each in Standing]


class ScoreShape(serializers.Serializer[Any]):
    suite = serializers.CharField()
    prompt = serializers.CharField()
    version = serializers.CharField(help_text="The one that is live.")
    standing = serializers.ChoiceField(choices=STANDINGS)
    why = serializers.CharField()
    pass_rate = serializers.FloatField(allow_null=True, help_text="Null: not measured.")
    low = serializers.FloatField(allow_null=True, help_text="Between here and `high`, 95 times in 100.")
    high = serializers.FloatField(allow_null=True)
    run = serializers.UUIDField(allow_null=True, help_text="The run in which it last answered alone.")


class MemberParityShape(serializers.Serializer[Any]):
    model = serializers.CharField()
    standing = serializers.ChoiceField(choices=STANDINGS, help_text="Of its suites the one that matters most.")
    scores = ScoreShape(many=True)


class ChainParityShape(serializers.Serializer[Any]):
    proven = serializers.BooleanField(help_text="Whether a second model holds what the first one reaches.")
    lacks = serializers.CharField(allow_blank=True, help_text="Why not.")
    members = MemberParityShape(many=True)


class ChainParityDetail(ConsoleAPIView):
    permissions = {"GET": Permission.CONFIG_READ}
    over_everything = True

    @extend_schema(operation_id="chain_parity", responses=answers(ChainParityShape))
    def get(self, request: Request, name: str) -> Response:
        """The score of each model of a chain on the suites that judge it, and whether it holds the first one's."""
        chain = Chain.objects.filter(slug=name).first()
        if chain is None:
            raise NotFound(f"There is no chain {name!r}.{near(name, Chain.objects.values_list('slug', flat=True))}")
        found = of_chains([chain])[chain.pk]
        members = [
            {"model": each.member.model.slug, "standing": str(each.standing), "scores": list(map(_told, each.scores))}
            for each in found.members
        ]
        told = {"proven": not found.lacks, "lacks": found.lacks, "members": members}
        return Response(ChainParityShape(told).data)


def _told(score: Score) -> dict[str, Any]:
    rate, version = score.rate, score.judging.version
    return {
        "suite": score.judging.suite.name,
        "prompt": version.prompt.name,
        "version": str(version),
        "standing": str(score.standing),
        "why": score.why,
        "pass_rate": rate and rate.percent / 100,
        "low": rate and rate.low / 100,
        "high": rate and rate.high / 100,
        "run": score.answered.run.pk if score.answered else None,
    }
