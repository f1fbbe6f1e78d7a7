"""Apart from prompts: any word may be a prompt's name."""

from django.urls import path

from prompts import views

app_name = "planned"

urlpatterns = [
    path("", views.plan_list, name="plan-list"),
    path("planned-releases.csv", views.plan_csv, name="plan-csv"),
    path("<uuid:plan_id>/", views.plan_detail, name="plan-detail"),
    path("<uuid:plan_id>/approve/", views.plan_approve, name="plan-approve"),
    path("<uuid:plan_id>/decline/", views.plan_decline, name="plan-decline"),
    path("<uuid:plan_id>/cancel/", views.plan_cancel, name="plan-cancel"),
]
