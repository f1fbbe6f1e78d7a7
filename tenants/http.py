"""The door of every page: who is asking, may they, and whose rows they see."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from tenants.models import User
from tenants.permissions import Permission
from tenants.principals import Principal, of_user
from tenants.refusals import Refused
from tenants.scope import ALL, scope


class TenantRequest(HttpRequest):
    """A request that came through `page`: somebody is logged in and the transaction's scope is theirs."""

    principal: Principal


type View[**P] = Callable[Concatenate[TenantRequest, P], HttpResponseBase]


def page[**P](
    permission: Permission, *, is_slow: bool = False
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """Log in, check the permission, and run the view in the scope of the tenants on which it is granted.

    A slow one asks other systems: no transaction is open round it, and it opens scopes of its own.
    """

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            asked = cast(TenantRequest, request)
            asked.principal = of_user(cast(User, request.user))
            if not asked.principal.may(permission):
                raise PermissionDenied(permission)
            try:
                with nullcontext() if is_slow else scope(asked.principal.over(permission)):
                    return view(asked, *args, **kwargs)
            except Refused as refused:
                return render(request, "refused.html", {"refused": refused}, status=refused.status)

        # Read by the tests that walk the addresses.
        vars(enter)["permission"] = permission
        return login_required(enter)

    return decorate


def staff_page[**P](
    permission: Permission,
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """As `page`, for what belongs to the operator and to no tenant: the permission must be over all of them."""

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def enter(request: TenantRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not may_everywhere(request, permission):
                return render(request, "403.html", {"is_the_operators": True}, status=HTTPStatus.FORBIDDEN)
            return view(request, *args, **kwargs)

        return page(permission)(enter)

    return decorate


def may_everywhere(request: TenantRequest, permission: Permission) -> bool:
    return request.principal.over(permission) == ALL
