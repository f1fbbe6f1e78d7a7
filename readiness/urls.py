from django.urls import path

from readiness import views

app_name = "readiness"

urlpatterns = [
    path("", views.feature_list, name="feature-list"),
    path("features.csv", views.feature_csv, name="feature-csv"),
    path("attestations/<uuid:attestation_id>/withdraw/", views.attestation_withdraw, name="attestation-withdraw"),
    path("exceptions/<uuid:exception_id>/agree/", views.exception_agree, name="exception-agree"),
    path("exceptions/<uuid:exception_id>/end/", views.exception_end, name="exception-end"),
    path("<slug:feature>/", views.item_list, name="item-list"),
    path("<slug:feature>/items.csv", views.item_csv, name="item-csv"),
    path("<slug:feature>/<int:number>/", views.item_detail, name="item-detail"),
    path("<slug:feature>/<int:number>/attest/", views.item_attest, name="item-attest"),
    path("<slug:feature>/<int:number>/except/", views.item_except, name="item-except"),
]
