from django.urls import path

from gateway import views

app_name = "gateway"

# The steps first: a chain's name may have slashes. It never begins with a tilde.
urlpatterns = [
    path("", views.chain_list, name="chain-list"),
    path("~all.csv", views.chain_csv, name="chain-csv"),
    path("~new/", views.chain_new, name="chain-new"),
    path("<path:slug>/edit/", views.chain_edit, name="chain-edit"),
    path("<path:slug>/undo/", views.chain_undo, name="chain-undo"),
    path("<path:slug>/drill/", views.drill_run, name="drill-run"),
    path("<path:slug>/drill-plan/", views.drill_plan, name="drill-plan"),
    path("<path:slug>/drills.csv", views.drill_csv, name="drill-csv"),
    path("<path:slug>/suite/", views.suite_run, name="suite-run"),
    path("<path:slug>/swap/", views.chain_swap, name="chain-swap"),
    path("<path:slug>/", views.chain_detail, name="chain-detail"),
]
