from django.urls import path

from prompts import views

app_name = "prompts"

urlpatterns = [
    path("", views.prompt_list, name="prompt-list"),
    path("prompts.csv", views.prompt_csv, name="prompt-csv"),
    path("<str:name>/", views.prompt_detail, name="prompt-detail"),
    path("<str:name>/versions.csv", views.versions_csv, name="versions-csv"),
    path("<str:name>/release/", views.prompt_release, name="prompt-release"),
    path("<str:name>/rollback/", views.prompt_rollback, name="prompt-rollback"),
    path("<str:name>/canary/", views.prompt_canary, name="prompt-canary"),
    path("<str:name>/end/", views.prompt_end, name="prompt-end"),
    path("<str:name>/<str:version>/", views.version_detail, name="version-detail"),
    path("<str:name>/<str:version>/preview/", views.version_preview, name="version-preview"),
]
