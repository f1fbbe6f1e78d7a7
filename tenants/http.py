"""The door of every page: who is asking, may they, and whose rows they see."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from tenants import resuming
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
    return _page(permission, is_slow=is_slow, is_staffs=False)


def staff_page[**P](
    permission: Permission, *, is_slow: bool = False
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    """As `page`, for what belongs to the operator and to no tenant: the permission must be over all of them."""
    return _page(permission, is_slow=is_slow, is_staffs=True)


def _page[**P](
    permission: Permission, *, is_slow: bool, is_staffs: bool
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]]:
    def decorate(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            asked = cast(TenantRequest, request)
            asked.principal = of_user(cast(User, request.user))
            if is_staffs and not asked.principal.is_staff:
                return render(request, "403.html", {"is_the_operators": True}, status=HTTPStatus.FORBIDDEN)
            if not (may_everywhere(asked, permission) if is_staffs else asked.principal.may(permission)):
                raise PermissionDenied(permission)
            try:
                with nullcontext() if is_slow else scope(asked.principal.over(permission)):
                    return view(asked, *args, **kwargs)
            except Refused as refused:
                return render(request, "refused.html", {"refused": refused}, status=refused.status)

        # Read by the tests that walk the addresses.
        vars(enter)["permission"] = permission
        return _logged_in(enter)

    return decorate


def _logged_in[**P](
    enter: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """As Django's; what somebody sent whose session had ended is kept, and waits for them behind the login."""

    @wraps(enter)
    def ask(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method != "POST":
            return login_required(enter)(request, *args, **kwargs)
        if request.user.is_authenticated:
            resuming.forget(request)
            return enter(request, *args, **kwargs)
        resuming.keep(request, at=datetime.now(UTC))
        login = redirect_to_login(reverse("tenants:resume"))
        return HttpResponseClientRedirect(login.url) if "HX-Request" in request.headers else login

    return ask


def posted[R: HttpRequest, **P](
    home: Callable[Concatenate[R, P], str],
) -> Callable[[Callable[Concatenate[R, P], HttpResponseBase]], Callable[Concatenate[R, P], HttpResponseBase]]:
    """For what is only sent: whoever opens the address, as after a login, gets the page that it is sent from."""

    def decorate(
        view: Callable[Concatenate[R, P], HttpResponseBase],
    ) -> Callable[Concatenate[R, P], HttpResponseBase]:
        @wraps(view)
        def answer(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method in ("GET", "HEAD"):
                return redirect(home(request, *args, **kwargs))
            return view(request, *args, **kwargs) if request.method == "POST" else HttpResponseNotAllowed(["POST"])

        return answer

    return decorate


def may_everywhere(request: TenantRequest, permission: Permission) -> bool:
    return request.principal.over(permission) == ALL
