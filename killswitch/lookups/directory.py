from gateway.models import Model, Provider
from tenants.models import Feature, Tenant


def all_names() -> dict[str, dict[str, str]]:
    """Of all that may be named while PostgreSQL is down, as the folder of broken glass keeps them."""
    customers = Tenant.objects.customers()
    tenants, features = (list(rows.values_list("slug", "id", "name")) for rows in (customers, Feature.objects))
    providers, models = (rows.values_list("slug", flat=True) for rows in (Provider.objects, Model.objects))
    return {
        "tenants": {slug: str(pk) for slug, pk, _ in tenants},
        "features": {slug: str(pk) for slug, pk, _ in features},
        "providers": {slug: slug for slug in providers},
        "models": {slug: slug for slug in models},
        "titles": {str(pk): name for _, pk, name in [*tenants, *features]},
    }
