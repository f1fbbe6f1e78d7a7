from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from killswitch.models import Stop
from tenants import audit, services
from tenants.audit import Verification
from tenants.lookups import find_feature, find_tenant, find_tenant_or_operator
from tenants.models import OPERATOR, ApiKey, AuditEntry, Feature, Membership, Role, Tenant, User
from tenants.openapi import answers, paged
from tenants.paging import page
from tenants.permissions import Permission
from tenants.refusals import Invalid, NotAllowed, NotFound
from tenants.rest import ConsoleAPIView, Polled
from tenants.scope import ALL, is_over_all, scope
from tenants.serializers import (
    AuditQuery,
    AuditShape,
    FeatureShape,
    KeyOrder,
    KeyShape,
    MeShape,
    NewKeyShape,
    Page,
    TenantQuery,
    TenantStateShape,
    UserOrder,
    UserShape,
    VerificationShape,
    VerifyOrder,
)
from tenants.veiling import saying, veiled

# More than any chain has; a longer number would not fit its column.
_SEQ_DIGITS = 18


class TenantList(Polled):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="tenants_list", parameters=[TenantQuery], responses=answers(paged(TenantStateShape)))
    def get(self, request: Request) -> Response:
        """The operator's customers, by slug."""
        query = TenantQuery.of(request.query_params)
        found = page(
            _named(Tenant.objects.customers(), query.get("q", "")),
            by="slug",
            cursor=query.get("cursor"),
            limit=query["limit"],
        )
        stops = Stop.objects.active().switches().filter(tenant__in=found.rows)
        off, partly = (
            set(stops.filter(feature__isnull=each).values_list("tenant", flat=True)) for each in (True, False)
        )
        for row in found.rows:
            vars(row)["state"] = "off" if row.pk in off else "partly" if row.pk in partly else "on"
        return Response(found.answer(TenantStateShape(found.rows, many=True).data))


class FeatureList(ConsoleAPIView):
    permissions = {"GET": Permission.SWITCHES_READ}

    @extend_schema(operation_id="features_list", parameters=[Page], responses=answers(paged(FeatureShape)))
    def get(self, request: Request) -> Response:
        """The features that calls may name, by slug."""
        query = Page.of(request.query_params)
        found = page(Feature.objects.all(), by="slug", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(FeatureShape(found.rows, many=True).data))


class KeyList(ConsoleAPIView):
    permissions = {"GET": Permission.KEYS_CHANGE, "POST": Permission.KEYS_CHANGE}

    @extend_schema(operation_id="keys_list", parameters=[Page], responses=answers(paged(KeyShape)))
    def get(self, request: Request) -> Response:
        """Keys of both kinds, revoked ones too; never their secrets."""
        query = Page.of(request.query_params)
        rows = ApiKey.objects.select_related("tenant", "feature")
        found = page(rows, by="id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(KeyShape(found.rows, many=True).data))

    @extend_schema(operation_id="keys_create", request=KeyOrder, responses=answers(NewKeyShape, status=201))
    def post(self, request: Request) -> Response:
        """Make a key. Its text is in this answer and nowhere else."""
        order = KeyOrder.of(request.data)
        made = self._service_key(order) if "role" in order else self._call_key(order)
        return Response({**KeyShape(made.key).data, "key": made.text}, status=status.HTTP_201_CREATED)

    def _call_key(self, order: dict[str, Any]) -> services.NewKey:
        tenant = find_tenant_or_operator(order["tenant"])
        if tenant.is_operator:
            raise Invalid("tenant", "the built-in _operator has service keys only; give a role instead.")
        feature = find_feature(order["feature"]) if "feature" in order else None
        if feature is not None and feature.is_own:
            raise Invalid("feature", f"{feature.slug} is the console's own; a customer's calls are never of it.")
        return self._make(tenant, order, feature=feature)

    def _service_key(self, order: dict[str, Any]) -> services.NewKey:
        if self.principal.over(Permission.KEYS_CHANGE) != ALL:
            raise NotAllowed("A service key works over all tenants; only the operator's own admins make one.")
        return self._make(Tenant.objects.get(slug=OPERATOR), order, role=Role(order["role"]))

    def _make(self, tenant: Tenant, order: dict[str, Any], **what: Any) -> services.NewKey:
        expires_at = order.get("expires_at")
        if expires_at and expires_at <= datetime.now(UTC):
            raise Invalid("expires_at", "it must lie in the future.")
        name = order.get("name") or f"{order.get('role') or tenant.slug} {order['environment']}"
        return services.create_key(
            tenant,
            name=name,
            environment=order["environment"],
            expires_at=expires_at,
            by=self.principal.actor,
            **what,
        )


class KeyDetail(ConsoleAPIView):
    permissions = {"DELETE": Permission.KEYS_CHANGE}

    @extend_schema(operation_id="keys_revoke", responses=answers(None, status=204))
    def delete(self, request: Request, key_id: str) -> Response:
        """Revoke the key; every gateway refuses it within a second and a half."""
        key = ApiKey.objects.filter(pk=key_id).first()
        if key is None:
            raise NotFound(f"There is no key {key_id!r} that you may revoke.")
        services.revoke_key(key, by=self.principal.actor, at=datetime.now(UTC))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Me(ConsoleAPIView):
    permissions = {"GET": None}

    @extend_schema(operation_id="me", responses=answers(MeShape))
    def get(self, request: Request) -> Response:
        """Who asks, and what they may do where."""
        actor, grants = self.principal.actor, self.principal.grants
        # One may read one's own grants, whatever these let one see.
        with scope(ALL):
            slugs = dict(Tenant.objects.filter(pk__in={each.tenant for each in grants}).values_list("pk", "slug"))
        told = [
            {
                "role": grant.role,
                "tenant": grant.tenant and slugs.get(grant.tenant),
                "permissions": sorted(permission for permission in Permission if grant.allows(permission)),
            }
            for grant in grants
        ]
        return Response({"kind": actor.kind, "id": actor.id, "label": actor.label, "grants": told})


class UserList(ConsoleAPIView):
    permissions = {"GET": Permission.USERS_CHANGE, "POST": Permission.USERS_CHANGE}

    @extend_schema(operation_id="users_list", parameters=[Page], responses=answers(paged(UserShape)))
    def get(self, request: Request) -> Response:
        """People who may log in, and their roles."""
        query = Page.of(request.query_params)
        # People have no tenant of their own; whoever is over some tenants sees those tenants' people.
        members = Membership.objects.values("user")
        rows = User.objects.filter(pk__in=members).prefetch_related("memberships__tenant")
        found = page(rows, by="id", cursor=query.get("cursor"), limit=query["limit"])
        return Response(found.answer(UserShape(found.rows, many=True).data))

    @extend_schema(operation_id="users_create", request=UserOrder, responses=answers(UserShape, status=201))
    def post(self, request: Request) -> Response:
        """Let a person in, with one role over one tenant or over all."""
        order = UserOrder.of(request.data)
        named = order.pop("tenant", None)
        tenant = Tenant.objects.get(slug=OPERATOR) if named is None else find_tenant(named)
        user = services.create_user(**order | {"role": Role(order["role"])}, tenant=tenant, by=self.principal.actor)
        return Response(UserShape(user).data, status=status.HTTP_201_CREATED)


class AuditList(ConsoleAPIView):
    permissions = {"GET": Permission.AUDIT_READ}

    @extend_schema(operation_id="audit_list", parameters=[AuditQuery], responses=answers(paged(AuditShape)))
    def get(self, request: Request) -> Response:
        """Every change that a person, key or rule made; newest first."""
        query = AuditQuery.of(request.query_params)
        rows = AuditEntry.objects.select_related("tenant").order_by("-at", "-tenant_id", "-seq")
        if "tenant" in query:
            rows = rows.of(find_tenant_or_operator(query["tenant"]))
        rows = rows.filter(action__startswith=query.get("action", ""))
        rows = rows.filter(at__gte=query["since"]) if "since" in query else rows
        rows = rows.filter(seq=query["seq"]) if "seq" in query else rows
        rows = rows.filter(saying(query["q"], is_over_all=is_over_all())) if "q" in query else rows
        return Response(_audit_page(rows, query.get("cursor"), query["limit"]))


class AuditVerification(ConsoleAPIView):
    permissions = {"GET": Permission.AUDIT_READ, "POST": Permission.AUDIT_READ}

    @extend_schema(operation_id="audit_verification", parameters=[VerifyOrder], responses=answers(VerificationShape))
    def get(self, request: Request) -> Response:
        """Walk the chains and name the first entry of each that was changed or removed."""
        return self._verify(VerifyOrder.of(request.query_params))

    @extend_schema(operation_id="audit_verify", request=VerifyOrder, responses=answers(VerificationShape))
    def post(self, request: Request) -> Response:
        """The same, for callers whose proxies keep answers to GET."""
        return self._verify(VerifyOrder.of(request.data))

    def _verify(self, order: dict[str, Any]) -> Response:
        chosen = [find_tenant_or_operator(order["tenant"])] if "tenant" in order else Tenant.objects.order_by("slug")
        chains = [_chain(tenant, audit.verify(tenant.pk)) for tenant in chosen]
        holds, entries = all(chain["holds"] for chain in chains), sum(chain["entries"] for chain in chains)
        return Response({"holds": holds, "entries": entries, "chains": chains})


def _named(tenants: QuerySet[Tenant], q: str) -> QuerySet[Tenant]:
    fields = ("name", "slug", "domain", "plan")
    matching = Q()
    for field in fields:
        matching |= Q(**{f"{field}__icontains": q})
    return tenants.filter(matching) if q else tenants


def _audit_page(rows: QuerySet[AuditEntry], cursor: str | None, limit: int) -> dict[str, Any]:
    found = list(_older(rows, cursor)[: limit + 1]) if cursor else list(rows[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    following = f"{_plain(last.at)},{last.tenant_id},{last.seq}" if last else None
    shown = [veiled(row, is_over_all=is_over_all()) for row in found[:limit]]
    return {"results": AuditShape(shown, many=True).data, "next": following}


def _plain(at: datetime) -> str:
    """For addresses, in which a plus sign is a space."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _older(rows: QuerySet[AuditEntry], cursor: str) -> QuerySet[AuditEntry]:
    try:
        at_text, tenant_text, seq_text = cursor.split(",")
        at, tenant, seq = datetime.fromisoformat(at_text), UUID(tenant_text), int(seq_text[:_SEQ_DIGITS])
        if at.tzinfo is None:
            raise ValueError(at_text)
    except ValueError as fault:
        raise Invalid("cursor", "it must be `next` of the page before.") from fault
    same_time = Q(at=at) & (Q(tenant_id__lt=tenant) | Q(tenant_id=tenant, seq__lt=seq))
    return rows.filter(Q(at__lt=at) | same_time)


def _chain(tenant: Tenant, found: Verification) -> dict[str, Any]:
    return {
        "tenant": tenant.slug,
        "entries": found.entries,
        "holds": found.holds,
        "broken_at": found.broken_at,
        "reason": found.reason,
    }
