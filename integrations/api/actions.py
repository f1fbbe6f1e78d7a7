from datetime import UTC, datetime
from typing import Any, override

from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from integrations import services
from integrations.contract import Read, Write
from integrations.models import Connection, LedgerEntry
from integrations.refusals import status_of
from integrations.registry import ACTIONS
from integrations.serializers import ActionOrder, ActionShape, FailedShape, OutcomeShape, WriteShape
from integrations.services import Order, Outcome
from tenants.authentication import AnyKeyAuthentication, principal_of
from tenants.lookups import find_feature, find_tenant
from tenants.models import ApiKey, Feature, Tenant
from tenants.openapi import answers, paged
from tenants.permissions import Permission
from tenants.refusals import Invalid, NotFound
from tenants.rest import ConsoleAPIView, SlowAPIView
from tenants.scope import scope

State = LedgerEntry.State
_STATUS = {State.WAITING: 202, State.UNKNOWN: 202}


class ActionList(ConsoleAPIView):
    authentication_classes = [AnyKeyAuthentication, SessionAuthentication]
    permissions = {"GET": Permission.CONNECTIONS_READ}

    @extend_schema(operation_id="actions_list", responses=answers(paged(ActionShape)))
    def get(self, request: Request) -> Response:
        """What customers' systems can be asked, and through which connections."""
        rows = Connection.objects.enabled().select_related("tenant").order_by("tenant__slug", "slug")
        if isinstance(request.auth, ApiKey) and request.auth.kind == ApiKey.Kind.CALL:
            rows = rows.filter(environment=request.auth.environment)
        connections = list(rows)
        return Response({"results": [_action(action, connections) for action in ACTIONS.values()], "next": None})


class ActionDetail(SlowAPIView):
    authentication_classes = [AnyKeyAuthentication, SessionAuthentication]
    permissions = {"POST": Permission.ACTIONS_RUN}

    @extend_schema(
        operation_id="actions_run",
        request=ActionOrder,
        responses=answers(OutcomeShape) | {202: OutcomeShape, 502: FailedShape, 503: FailedShape, 504: FailedShape},
    )
    def post(self, request: Request, name: str) -> Response:
        """Read from a customer's system, or write to it: 202 when the write waits for a person, or is in doubt."""
        order = ActionOrder.of(request.data)
        outcome = services.run(self._order(name, order, request.auth), at=datetime.now(UTC))
        return _answer(outcome)

    @override
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Keys and memberships are looked up in scopes of their own: one round them would double what that costs.
        APIView.initial(self, request, *args, **kwargs)
        if (principal := principal_of(request)) is not None:
            self.principal = principal

    def _order(self, name: str, order: dict[str, Any], key: Any) -> Order:
        is_call_key = isinstance(key, ApiKey) and key.kind == ApiKey.Kind.CALL
        tenant, feature = _callers(order, key) if is_call_key else self._asked_for(order)
        told = {field: order[field] for field in ("connection", "call_id", "user", "prompt_version") if field in order}
        return Order(
            tenant=tenant,
            action=name,
            input=order["input"],
            by=self.principal.actor,
            environment=key.environment if is_call_key else None,
            feature=feature,
            key=order.get("idempotency_key"),
            position=order["position"],
            dry_run=order["dry_run"],
            may_know_why=self.principal.may(Permission.SWITCHES_READ),
            **told,
        )

    def _asked_for(self, order: dict[str, Any]) -> tuple[Tenant, Feature | None]:
        if "tenant" not in order:
            raise Invalid("tenant", "name the tenant whose system it is.")
        with scope(self.principal.over(Permission.ACTIONS_RUN)):
            return find_tenant(order["tenant"]), find_feature(order["feature"]) if "feature" in order else None


def _callers(order: dict[str, Any], key: ApiKey) -> tuple[Tenant, Feature]:
    """The key says whose it is, and the body cannot say otherwise. It was loaded with both: nothing is asked here."""
    if order.get("tenant", key.tenant.slug) != key.tenant.slug:
        raise NotFound(f"There is no tenant {order['tenant']!r} that you may see.")
    if key.feature is None:
        if "feature" not in order:
            raise Invalid("feature", "this key is not pinned to a feature; name the one that asks.")
        return key.tenant, find_feature(order["feature"])
    if order.get("feature", key.feature.slug) != key.feature.slug:
        raise Invalid("feature", f"this key is pinned to {key.feature.slug}.")
    return key.tenant, key.feature


def _answer(outcome: Outcome) -> Response:
    entry = outcome.entry
    if entry is None:
        return Response(_told(outcome, None))
    people = {(entry.tenant_id, entry.user_key): outcome.person}
    write = WriteShape(entry, context={"people": people}).data
    if entry.state == State.FAILED:
        error = {"code": entry.error_code, "detail": entry.error}
        return Response({"error": error, "write": write}, status=status_of(entry.error_code))
    return Response(_told(outcome, write), status=_STATUS.get(State(entry.state), 200))


def _told(outcome: Outcome, write: Any) -> dict[str, Any]:
    return {
        "action": outcome.action.name,
        "connection": outcome.connection.slug,
        "output": outcome.output,
        "write": write,
        "replayed": outcome.replayed,
    }


def _action(action: Read | Write, connections: list[Connection]) -> dict[str, Any]:
    does = action if isinstance(action, Write) else None
    return {
        **{name: getattr(action, name) for name in ("name", "title", "summary", "system", "takes", "gives")},
        "writes": action.writes,
        "risk": does.risk if does else None,
        "undone_by": (does.undone_by if does else "") or None,
        "connections": [
            {"tenant": each.tenant.slug, "connection": each.slug, "environment": each.environment}
            for each in connections
            if each.system == action.system
        ],
    }
