from django.urls import path

from killswitch import views
from killswitch.views import rule, rules
from killswitch.views import channels, notices

app_name = "killswitch"

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
    path("<slug:slug>/", views.switch_detail, name="switch-detail"),
    path("<slug:slug>/proof/", views.switch_proof, name="switch-proof"),
    path("<slug:slug>/off/", views.switch_off, name="switch-off"),
    path("<slug:slug>/on/", views.switch_on, name="switch-on"),
]
