from django.urls import path

from killswitch import views

app_name = "killswitch"

urlpatterns = [
    path("", views.switch_list, name="switch-list"),
    path("~proof/", views.drill_list, name="drill-list"),
    path("~proof/run/", views.drill_run, name="drill-run"),
    path("<slug:slug>/", views.switch_detail, name="switch-detail"),
    path("<slug:slug>/proof/", views.switch_proof, name="switch-proof"),
    path("<slug:slug>/off/", views.switch_off, name="switch-off"),
    path("<slug:slug>/on/", views.switch_on, name="switch-on"),
]
