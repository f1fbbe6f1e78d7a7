from django.urls import path

from integrations import views

app_name = "integrations"

urlpatterns = [
    path("connections/", views.connection_list, name="connection-list"),
    path("connections/csv/", views.connection_csv, name="connection-csv"),
    path("connections/new/", views.connection_add, name="connection-add"),
    path("connections/<str:tenant>/<slug:slug>/", views.connection_change, name="connection-change"),
    path("connections/<str:tenant>/<slug:slug>/test/", views.connection_test, name="connection-test"),
    path("writes/", views.write_list, name="write-list"),
    path("writes/csv/", views.write_csv, name="write-csv"),
    path("writes/<uuid:write_id>/", views.write_detail, name="write-detail"),
    path("writes/<uuid:write_id>/approve/", views.write_approve, name="write-approve"),
    path("writes/<uuid:write_id>/decline/", views.write_decline, name="write-decline"),
    path("writes/<uuid:write_id>/undo/", views.write_undo, name="write-undo"),
]
