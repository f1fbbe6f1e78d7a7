from django.urls import path

from tenants import views

app_name = "tenants"

urlpatterns = [
    path("audit/", views.audit_list, name="audit-list"),
    path("audit.csv", views.audit_csv, name="audit-csv"),
    path("audit/verify/", views.audit_verify, name="audit-verify"),
    path("account/", views.account, name="account"),
    path("account/theme/", views.theme, name="theme"),
    path("account/resume/", views.resume, name="resume"),
    path("find/", views.find, name="find"),
]
