"""Changing a chain: nothing is asked first, and the last change can be put back."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from gateway.models import Chain, Model
from gateway.services import ChangedMeanwhile, State, declare_state, undo_chain
from gateway.views.detail import editor_context, show
from gateway.views.editor import Draft
from gateway.views.merging import merged
from gateway.views.shown import MISSING, read_shown
from tenants.http import TenantRequest, posted, staff_page
from tenants.permissions import Permission
from tenants.refusals import Invalid


def home(request: TenantRequest, slug: str) -> str:
    return reverse("gateway:chain-detail", args=[slug])


@staff_page(Permission.CONFIG_CHANGE)
@posted(home)
def chain_edit(request: TenantRequest, slug: str) -> HttpResponse:
    chain = get_object_or_404(Chain, slug=slug)
    draft, shown = Draft.of_post(request.POST), read_shown(request.POST.get("shown", ""))
    if draft.arrange(request.POST.dict()):
        return show(request, chain, draft=draft, shown=shown)
    wanted = draft.as_state()
    if shown is None:
        draft.problems.append(MISSING)
    if draft.has_problems or shown is None:
        return show(request, chain, draft=draft, shown=shown, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _save(request, chain, draft, wanted, shown)


def _save(request: TenantRequest, chain: Chain, draft: Draft, wanted: State, shown: State) -> HttpResponse:
    try:
        declared = declare_state(chain.slug, wanted, expected=shown, by=request.principal.actor)
    except ChangedMeanwhile as meanwhile:
        both = Draft.of_state(merged(shown, wanted, meanwhile.now))
        return show(request, chain, draft=both, shown=shown, changed=meanwhile.now, status=HTTPStatus.CONFLICT)
    except Invalid as refusal:
        draft.problems.append(refusal.sentence)
        return show(request, chain, draft=draft, shown=shown, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if declared.outcome == "unchanged":
        messages.success(request, f"{chain.slug} stands so already.")
    else:
        messages.success(request, f"{chain.slug} is changed. Gateways ask it so within 1.5 s.")
    return redirect("gateway:chain-detail", chain.slug)


@staff_page(Permission.CONFIG_CHANGE)
@posted(home)
def chain_undo(request: TenantRequest, slug: str) -> HttpResponse:
    chain = get_object_or_404(Chain, slug=slug)
    number = request.POST.get("change", "")
    change = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
    try:
        undo_chain(chain.slug, change=change, by=request.principal.actor)
    except ChangedMeanwhile as meanwhile:
        messages.error(request, f"Not put back: {meanwhile.detail}")
        return redirect("gateway:chain-detail", chain.slug)
    messages.success(request, f"{chain.slug} is put back as it was before.")
    return redirect("gateway:chain-detail", chain.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CONFIG_CHANGE)
def chain_new(request: TenantRequest) -> HttpResponse:
    if request.method != "POST":
        return _show_new(request, Draft.of_state({}), "")
    draft, name = Draft.of_post(request.POST), request.POST.get("name", "").strip()
    if draft.arrange(request.POST.dict()):
        return _show_new(request, draft, name)
    wanted, problem = draft.as_state(), "" if name else "Enter a name."
    if problem or draft.has_problems:
        return _show_new(request, draft, name, problem, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        declare_state(name, wanted, expected={}, by=request.principal.actor)
    except ChangedMeanwhile:
        problem = f"There is a chain {name} already."
    except Invalid as refusal:
        if refusal.field == "chain":
            problem = refusal.sentence
        else:
            draft.problems.append(refusal.sentence)
    else:
        messages.success(request, f"{name} is there: calls may name it within 1.5 s.")
        return redirect("gateway:chain-detail", name)
    return _show_new(request, draft, name, problem, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _show_new(
    request: TenantRequest, draft: Draft, name: str, problem: str = "", *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {
        **editor_context(draft, {}),
        "name": name,
        "has_models": Model.objects.exists(),
        "name_problem": problem,
        "may_change": True,
    }
    return render(request, "gateway/chain_new.html", context, status=status)
