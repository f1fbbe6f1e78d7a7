"""Asking a suite, using a threshold, taking it back: sent from a feature's page, and answered by it."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from evals import services
from evals.calibration_views.asked import find_feature, read
from evals.calibration_views.detail import show
from evals.confidence.effect import what_it_does
from evals.confidence.finding import calibrations, find_head
from evals.models import Suite
from tenants.http import TenantRequest, posted, staff_page
from tenants.permissions import Permission
from tenants.refusals import Conflict, Refused
from tenants.scope import ALL, scope


@staff_page(Permission.EVALS_RUN, is_slow=True)
@posted(lambda request, feature: _home(feature))
def feature_ask(request: TenantRequest, feature: str) -> HttpResponse:
    """Whether the workers' queue took it is known once it is committed, so that is done before it is told."""
    found = find_feature(feature)
    name, _, prompt = request.POST.get("suite", "").partition(":")
    suite = get_object_or_404(Suite.objects.select_related("prompt", "current"), name=name)
    try:
        with scope(ALL):
            head = find_head(suite, prompt=prompt)
            services.ask_confidence(found, suite, head=head, by=request.principal.actor, at=datetime.now(UTC))
    except Refused as refused:
        messages.error(request, f"Nothing was asked. {refused.sentence}")
    else:
        messages.success(request, f"{suite} is asked now. Its answers appear here once all have come.")
    return redirect(_home(feature))


@staff_page(Permission.CONFIG_CHANGE)
@posted(lambda request, feature: _home(feature))
def threshold_use(request: TenantRequest, feature: str) -> HttpResponse:
    found, given = find_feature(feature), request.POST.dict()
    asked = read(found, given)
    at, by = datetime.now(UTC), request.principal.actor
    try:
        if asked.run is None or asked.found is None:
            raise Conflict(asked.problem or "No run has measured it yet.")
        reason = given.get("reason", "")[:2000]
        seen = _seen(given.get("instead_of", ""))
        row = services.use(asked.run, target=asked.target, reason=reason, instead_of=seen, by=by, at=at)
    except Refused as refused:
        messages.error(request, f"Nothing was changed. {refused.sentence}")
        # Answered here: what was typed stays, and there is no address with it.
        return show(request, found, asked, at, reason=given.get("reason", ""), status=refused.status)
    messages.success(request, f"Set: {found.name} {what_it_does(found, row.threshold)}.")
    return redirect(f"{_home(feature)}?{urlencode({'run': str(asked.run.pk), 'target': asked.text})}")


@staff_page(Permission.CONFIG_CHANGE)
@posted(lambda request, feature, calibration_id: _home(feature))
def threshold_undo(request: TenantRequest, feature: str, calibration_id: object) -> HttpResponse:
    row = get_object_or_404(calibrations(), pk=calibration_id, feature=find_feature(feature))
    try:
        undone = services.undo(row, by=request.principal.actor, at=datetime.now(UTC))
    except Refused as refused:
        messages.error(request, f"Nothing was changed. {refused.sentence}")
    else:
        before = undone.threshold_before
        said = f"the threshold is {before.normalize():f} again" if before else "there is no threshold again"
        messages.success(request, f"Undone: {said}.")
    return redirect(_home(feature))


def _home(feature: str) -> str:
    return reverse("confidence:feature-detail", args=[feature])


def _seen(text: str) -> Decimal | None:
    """The threshold that stood on the page; None: a form that did not say."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
