"""Apart from prompts: any word may be a prompt's name."""

from django.urls import path

from prompts import views

app_name = "parts"

urlpatterns = [
    path("", views.part_list, name="part-list"),
    path("parts.csv", views.part_csv, name="part-csv"),
    path("part/", views.part_detail, name="part-detail"),
]
