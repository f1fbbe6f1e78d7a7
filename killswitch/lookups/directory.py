from gateway.models import Model, Provider
from integrations.models import Connection
from prompts.models import PromptVersion
from tenants.models import Feature, Tenant


def all_names() -> dict[str, dict[str, str]]:
    """Of all that may be named while PostgreSQL is down, as the folder of broken glass keeps them."""
    customers = Tenant.objects.customers()
    tenants, features = (list(rows.values_list("slug", "id", "name")) for rows in (customers, Feature.objects))
    providers, models = (rows.values_list("slug", flat=True) for rows in (Provider.objects, Model.objects))
    versions = PromptVersion.objects.values_list("prompt__name", "number", "pk")
    connections = Connection.objects.values_list("tenant__slug", "slug", "pk")
    return {
        "tenants": {slug: str(pk) for slug, pk, _ in tenants},
        "features": {slug: str(pk) for slug, pk, _ in features},
        "providers": {slug: slug for slug in providers},
        "models": {slug: slug for slug in models},
        "prompt_versions": {f"{name}@v{number}": str(pk) for name, number, pk in versions},
        "connections": {f"{tenant}/{slug}": str(pk) for tenant, slug, pk in connections},
        "titles": {str(pk): name for _, pk, name in [*tenants, *features]},
    }
