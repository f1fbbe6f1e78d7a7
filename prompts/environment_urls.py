"""Apart from prompts: any word may be a prompt's name."""

from django.urls import path

from prompts import views

app_name = "environments"

urlpatterns = [
    path("", views.environment_list, name="environment-list"),
    path("<str:environment>/", views.environment_protect, name="environment-protect"),
]
