from django.urls import path

from costs import views

app_name = "costs"

urlpatterns = [
    path("spend/", views.spend, name="spend"),
    path("spend.csv", views.spend_csv, name="spend-csv"),
]
