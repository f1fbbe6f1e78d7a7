"""The door of these pages: what they show belongs to the operator and to no tenant."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tenants.http import TenantRequest, View, page
from tenants.permissions import Permission
from tenants.scope import ALL


def staff_page[**P](permission: Permission) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """As `page`, and only for who has the permission over all tenants: an admin of one customer has not."""

    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def enter(request: TenantRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not may(request, permission):
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        return page(permission)(enter)

    return decorate


def may(request: TenantRequest, permission: Permission) -> bool:
    return request.principal.over(permission) == ALL
