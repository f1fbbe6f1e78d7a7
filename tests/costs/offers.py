"""What models are offered: apart, as programs without Django use the other factories."""

from gateway.models import Model, Provider


def offer(slug: str, *, upstream: str, provider: str = "openai") -> None:
    """A model under a name of the console's own; calls of it are recorded by what the provider calls it."""
    owner, _ = Provider.objects.get_or_create(
        slug=provider, defaults={"name": provider, "base_url": "https://provider.example/v1"}
    )
    Model.objects.create(slug=slug, provider=owner, upstream=upstream)
