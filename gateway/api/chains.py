from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.models import Chain, FeatureChain
from gateway.models.chain import TRIGGERS
from gateway.serializers.chains import (
    ChainOrder,
    ChainShape,
    FeatureChainOrder,
    FeatureChainShape,
    MemberShape,
    StandingChainShape,
)
from gateway.services import Member, declare_chain, declare_feature_chain, remove_feature_chain
from gateway.standing.live import Line, lives
from tenants.lookups import find_feature, find_tenant, near
from tenants.models import Feature
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import NotFound
from tenants.rest import ConsoleAPIView
from tenants.serializers import Page


class ChainList(ConsoleAPIView):
    permissions = {"GET": Permission.CONFIG_READ}
    over_everything = True

    @extend_schema(operation_id="chains_list", parameters=[Page], responses=answers(paged(ChainShape)))
    def get(self, request: Request) -> Response:
        """Chains that calls may name: models in the order in which they are asked."""
        query = Page.of(request.query_params)
        rows = Chain.objects.prefetch_related("members__model")
        found = page(rows, by="slug", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(ChainShape(found.rows, many=True).data))


class ChainDetail(ConsoleAPIView):
    permissions = {"GET": Permission.CONFIG_READ, "PUT": Permission.CONFIG_CHANGE}
    over_everything = True

    @extend_schema(operation_id="chain_read", responses=answers(StandingChainShape))
    def get(self, request: Request, name: str) -> Response:
        """One chain: its models in turn, how each stands now and why, and when another last had to step in."""
        return Response(_standing(find_chain(name)))

    @extend_schema(operation_id="chain_change", request=ChainOrder, responses=answers(StandingChainShape))
    def put(self, request: Request, name: str) -> Response:
        """Make or change a chain: the gateways walk it so from the next call on."""
        order = ChainOrder.of(request.data)
        declare_chain(
            name,
            members=[Member(**member) for member in order["members"]],
            deadline_seconds=order["deadline_seconds"],
            triggers=order.get("triggers", TRIGGERS),
            max_hops=order["max_hops"],
            by=self.principal.actor,
        )
        return Response(_standing(find_chain(name)))


class FeatureChainDetail(ConsoleAPIView):
    permissions = {"GET": Permission.CONFIG_READ, "PUT": Permission.CONFIG_CHANGE}
    over_everything = True

    @extend_schema(operation_id="feature_chain_read", responses=answers(FeatureChainShape))
    def get(self, request: Request, slug: str) -> Response:
        """The chain of a feature's calls that name no model, or `aiops-auto`."""
        return Response(_shape(find_feature(slug)))

    @extend_schema(operation_id="feature_chain_change", request=FeatureChainOrder, responses=answers(FeatureChainShape))
    def put(self, request: Request, slug: str) -> Response:
        """Set it, for all tenants or for one, or take it away."""
        order, feature = FeatureChainOrder.of(request.data), find_feature(slug)
        tenant = find_tenant(order["tenant"]) if "tenant" in order else None
        if order["chain"] is None:
            remove_feature_chain(feature, tenant=tenant, by=self.principal.actor)
        else:
            declare_feature_chain(feature, chain=order["chain"], tenant=tenant, by=self.principal.actor)
        return Response(_shape(feature))


def find_chain(name: str) -> Chain:
    chain = Chain.objects.prefetch_related("members__model").filter(slug=name).first()
    if chain is None:
        raise NotFound(f"There is no chain {name!r}.{near(name, Chain.objects.values_list('slug', flat=True))}")
    return chain


def _standing(chain: Chain) -> dict[str, Any]:
    live = lives([chain], at=datetime.now(UTC))[chain.pk]
    told: dict[str, Any] = {
        "members": [_member(line) for line in live.lines],
        "remarks": chain.remarks,
        "hours_counted": live.hours,
        "last_fallback": None,
    }
    if (last := live.fallback) is not None:
        in_vain = [{"label": step.label, "why": step.why} for step in live.steps]
        told["last_fallback"] = {
            "call": str(last.call), "at": last.at, "in_vain": in_vain, "served": last.served,
            "answered": last.is_answered, "broke_off": last.broke_off,
        }  # fmt: skip
    return {**ChainShape(chain).data, **told}


def _member(line: Line) -> dict[str, Any]:
    return {
        **MemberShape(line.member).data,
        "label": line.label,
        "state": line.state.stand,
        "why": line.state.why,
        "until": line.state.until,
        "answered_15m": line.answered,
        "failed_15m": line.failed,
        "answered_24h": line.answered_day,
        "failed_24h": line.failed_day,
    }


def _shape(feature: Feature) -> dict[str, Any]:
    rows = FeatureChain.objects.filter(feature=feature).select_related("chain", "tenant").order_by("tenant__slug")
    chains = {row.tenant.slug if row.tenant else None: row.chain.slug for row in rows}
    own = [{"tenant": tenant, "chain": chain} for tenant, chain in chains.items() if tenant is not None]
    return dict(FeatureChainShape({"chain": chains.get(None), "tenants": own}).data)
