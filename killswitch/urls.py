from collections.abc import Iterator

from django.urls import URLPattern, path, register_converter

from killswitch import views
from killswitch.addresses import SharedScope, TheirScope

app_name = "killswitch"

register_converter(SharedScope, "shared")
register_converter(TheirScope, "theirs")


def pages_of(name: str, prefix: str, **kept: str) -> Iterator[URLPattern]:
    """A target's page, and the steps from it; these first, as a model's name may have slashes."""
    for step, view in views.STEPS.items():
        yield path(f"{prefix}{step}/", view, kept, name=f"{name}-{step}")
    yield path(prefix, views.switch_detail, kept, name=f"{name}-detail")


urlpatterns = [
    path("", views.switch_list, name="switch-list"),
    path("~other/", views.other_list, name="other-list"),
    *pages_of("everyone", "~everyone/", scope="global"),
    *pages_of("shared", "~<shared:scope>/<path:ref>/"),
    path("<slug:slug>/person/", views.person_find, name="person-find"),
    *pages_of("theirs", "<slug:slug>/~<theirs:scope>/<path:ref>/"),
    *pages_of("switch", "<slug:slug>/"),
]
