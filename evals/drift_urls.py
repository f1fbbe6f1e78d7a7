from django.urls import path

from evals import drift_views as views

app_name = "drift"

urlpatterns = [
    path("", views.signal_list, name="signal-list"),
    path("<slug:suite>/canaries.csv", views.signal_csv, name="signal-csv"),
    path("alarms/<uuid:alarm_id>/close/", views.alarm_close, name="alarm-close"),
]
