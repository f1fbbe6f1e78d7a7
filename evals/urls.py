from django.urls import path

from evals import views

app_name = "evals"

urlpatterns = [
    path("", views.run_list, name="run-list"),
    path("runs/<uuid:run_id>/", views.run_detail, name="run-detail"),
    path("runs/<uuid:run_id>/progress/", views.run_progress, name="run-progress"),
    path("runs/<uuid:run_id>/cancel/", views.run_cancel, name="run-cancel"),
    path("runs/<uuid:run_id>/results.csv", views.run_csv, name="run-csv"),
    path("<slug:suite>/<str:base>..<str:head>/", views.run_between, name="run-between"),
]
