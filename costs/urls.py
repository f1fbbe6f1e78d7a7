from django.urls import path

from costs import views

app_name = "costs"

urlpatterns = [
    path("calls/", views.call_list, name="call-list"),
    path("calls.csv", views.call_csv, name="call-csv"),
    path("calls/new/", views.call_news, name="call-news"),
    path("calls/<uuid:call_id>/", views.call_detail, name="call-detail"),
    path("spend/", views.spend, name="spend"),
    path("spend.csv", views.spend_csv, name="spend-csv"),
    path("budgets/", views.budget_list, name="budget-list"),
    path("budgets.csv", views.budget_csv, name="budget-csv"),
    path("budgets/set/", views.budget_set, name="budget-set"),
    path("budgets/<uuid:budget_id>/remove/", views.budget_remove, name="budget-remove"),
]
