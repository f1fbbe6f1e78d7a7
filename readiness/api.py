from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from readiness import services, told
from readiness.items import ITEMS
from readiness.models import Attestation, ItemException
from readiness.serializers import (
    AttestationShape,
    AttestOrder,
    ChangedExceptionShape,
    ExceptionOrder,
    FeatureItemsShape,
    FeatureReadinessShape,
    ItemExceptionShape,
    NothingOrder,
    WithdrawnShape,
)
from readiness.standing import features, standings
from tenants.lookups import find_feature
from tenants.models import Feature
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import NotFound
from tenants.rest import ConsoleAPIView, Polled
from tenants.serializers import Page

_P = Permission


class FeatureList(Polled):
    permissions = {"GET": _P.READINESS_READ}
    over_everything = True

    @extend_schema(operation_id="readiness_list", responses=answers(paged(FeatureReadinessShape)))
    def get(self, request: Request) -> Response:
        """How every feature stands to the bar. All of them on one page."""
        at = datetime.now(UTC)
        found = [told.of_feature(each, on=at.date()) for each in standings(features(), at=at)]
        return Response({"results": found, "next": None})


class FeatureDetail(Polled):
    permissions = {"GET": _P.READINESS_READ}
    over_everything = True

    @extend_schema(operation_id="readiness", responses=answers(FeatureItemsShape))
    def get(self, request: Request, feature: str) -> Response:
        """The 26 items of a feature."""
        at = datetime.now(UTC)
        [found] = standings([find_feature(feature)], at=at)
        items = [told.of_item(each, on=at.date()) for each in found.items]
        return Response({**told.of_feature(found, on=at.date()), "items": items})


class AttestationList(ConsoleAPIView):
    permissions = {"GET": _P.READINESS_READ, "POST": _P.READINESS_CHANGE}
    over_everything = True

    @extend_schema(
        operation_id="readiness_attestations_list", parameters=[Page], responses=answers(paged(AttestationShape))
    )
    def get(self, request: Request) -> Response:
        """Everybody's word, newest first, also what has run out or was withdrawn."""
        query = Page.of(request.query_params)
        rows = Attestation.objects.select_related("feature")
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(AttestationShape(found.rows, many=True).data))

    @extend_schema(
        operation_id="readiness_attest", request=AttestOrder, responses=answers(AttestationShape, status=201)
    )
    def post(self, request: Request) -> Response:
        """Give one's word for an item. Takes the role that the item names."""
        order = AttestOrder.of(request.data)
        item, feature = ITEMS[order.pop("item")], _feature(order)
        made = services.attest(item, feature=feature, **order, by=self.principal, at=datetime.now(UTC))
        return Response(AttestationShape(made).data, status=status.HTTP_201_CREATED)


class AttestationWithdraw(ConsoleAPIView):
    permissions = {"POST": _P.READINESS_CHANGE}
    over_everything = True

    @extend_schema(operation_id="readiness_withdraw", request=NothingOrder, responses=answers(WithdrawnShape))
    def post(self, request: Request, attestation_id: UUID) -> Response:
        """Take it back; none before it counts again."""
        NothingOrder.of(request.data)
        found = Attestation.objects.select_related("feature").filter(pk=attestation_id).first()
        if found is None:
            raise NotFound("There is no such attestation.")
        changed = services.withdraw(found, ITEMS[found.item], by=self.principal.actor, at=datetime.now(UTC))
        found.refresh_from_db(fields=["withdrawn_at", "withdrawn_by"])
        return Response({"changed": changed, "attestation": AttestationShape(found).data})


class ExceptionList(ConsoleAPIView):
    permissions = {"GET": _P.READINESS_READ, "POST": _P.READINESS_CHANGE}
    over_everything = True

    @extend_schema(
        operation_id="readiness_exceptions_list", parameters=[Page], responses=answers(paged(ItemExceptionShape))
    )
    def get(self, request: Request) -> Response:
        """Exceptions, newest first: asked for, agreed, and ended."""
        query = Page.of(request.query_params)
        rows = ItemException.objects.select_related("feature")
        found = page(rows, by="-id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(ItemExceptionShape(found.rows, many=True).data))

    @extend_schema(
        operation_id="readiness_exceptions_ask",
        request=ExceptionOrder,
        responses=answers(ItemExceptionShape, status=201),
    )
    def post(self, request: Request) -> Response:
        """Ask for an exception. It counts once another person agrees; keys neither ask nor agree."""
        order = ExceptionOrder.of(request.data)
        item, kind, feature = ITEMS[order.pop("item")], ItemException.Kind(order.pop("kind")), _feature(order)
        actor = self.principal.actor
        made = services.ask_exception(item, kind=kind, feature=feature, **order, by=actor, at=datetime.now(UTC))
        return Response(ItemExceptionShape(made).data, status=status.HTTP_201_CREATED)


class ExceptionAgree(ConsoleAPIView):
    permissions = {"POST": _P.READINESS_CHANGE}
    over_everything = True

    @extend_schema(
        operation_id="readiness_exceptions_agree", request=NothingOrder, responses=answers(ChangedExceptionShape)
    )
    def post(self, request: Request, exception_id: UUID) -> Response:
        """Agree to what somebody else asked for. Refused to keys: log in."""
        NothingOrder.of(request.data)
        found = _exception(exception_id)
        changed = services.agree_exception(found, by=self.principal.actor, at=datetime.now(UTC))
        return _changed(found, changed)


class ExceptionEnd(ConsoleAPIView):
    permissions = {"POST": _P.READINESS_CHANGE}
    over_everything = True

    @extend_schema(
        operation_id="readiness_exceptions_end", request=NothingOrder, responses=answers(ChangedExceptionShape)
    )
    def post(self, request: Request, exception_id: UUID) -> Response:
        """Have the item asked again."""
        NothingOrder.of(request.data)
        found = _exception(exception_id)
        changed = services.end_exception(found, by=self.principal.actor, at=datetime.now(UTC))
        return _changed(found, changed)


def _feature(order: dict[str, Any]) -> Feature | None:
    return find_feature(order.pop("feature")) if "feature" in order else None


def _exception(pk: UUID) -> ItemException:
    found = ItemException.objects.select_related("feature").filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such exception.")
    return found


def _changed(exception: ItemException, changed: bool) -> Response:
    exception.refresh_from_db()
    return Response({"changed": changed, "exception": ItemExceptionShape(exception).data})
