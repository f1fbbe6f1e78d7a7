from collections.abc import Iterator

from django.urls import URLPattern, path, register_converter

from killswitch import views
from killswitch.addresses import SharedScope, TheirScope
from killswitch.views import channels, held, notices, rule, rules

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
    path("~proof/", views.drill_list, name="drill-list"),
    path("~proof/run/", views.drill_run, name="drill-run"),
    path("~rules/", rules.rule_list, name="rule-list"),
    path("~rules/trips.csv", rules.rule_csv, name="rule-csv"),
    path("~rules/<slug:rule>/", rule.rule_detail, name="rule-detail"),
    path("~rules/<slug:rule>/move/", rule.rule_move, name="rule-move"),
    path("~rules/<slug:rule>/limits/", rule.rule_limits, name="rule-limits"),
    path("~notices/", notices.notice_list, name="notice-list"),
    path("~notices/add/", channels.channel_add, name="channel-add"),
    path("~notices/<uuid:channel_id>/", channels.channel_change, name="channel-change"),
    path("~notices/<uuid:channel_id>/remove/", channels.channel_remove, name="channel-remove"),
    path("~notices/<uuid:channel_id>/test/", notices.channel_test, name="channel-test"),
    path("~notices/<uuid:notice_id>/again/", notices.notice_again, name="notice-again"),
    path("stops/<uuid:stop_id>/watch/", notices.stop_watch, name="stop-watch"),
    path("~planned/<uuid:plan_id>/cancel/", views.plan_cancel, name="plan-cancel"),
    path("~other/", views.other_list, name="other-list"),
    path("~held/<uuid:stop_id>/adopt/", held.held_adopt, name="held-adopt"),
    path("~held/<uuid:stop_id>/release/", held.held_release, name="held-release"),
    *pages_of("everyone", "~everyone/", scope="global"),
    *pages_of("shared", "~<shared:scope>/<path:ref>/"),
    path("<slug:slug>/person/", views.person_find, name="person-find"),
    *pages_of("theirs", "<slug:slug>/~<theirs:scope>/<path:ref>/"),
    *pages_of("switch", "<slug:slug>/"),
]
