"""Back to the item of the feature from whose page a button was pressed."""

from django.urls import reverse

from tenants.http import TenantRequest
from tenants.models import Feature


def home_of(request: TenantRequest, number: int, feature: Feature | None) -> str:
    """An attestation or an exception of all features has no page of one; the form names it."""
    slug = request.POST.get("feature", "")
    named = Feature.objects.filter(slug=slug).first() or feature
    return reverse("readiness:item-detail", args=[named.slug, number]) if named else reverse("readiness:feature-list")
