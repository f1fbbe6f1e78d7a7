from django.urls import path

from evals import calibration_views as views

app_name = "confidence"

urlpatterns = [
    path("", views.feature_list, name="feature-list"),
    path("<slug:feature>/", views.feature_detail, name="feature-detail"),
    path("<slug:feature>/curve.csv", views.feature_csv, name="feature-csv"),
    path("<slug:feature>/ask/", views.feature_ask, name="feature-ask"),
    path("<slug:feature>/use/", views.threshold_use, name="threshold-use"),
    path("<slug:feature>/settings/", views.feature_settings, name="feature-settings"),
    path("<slug:feature>/settings/grounding/", views.grounding_set, name="grounding-set"),
    path("<slug:feature>/settings/keeping/", views.keeping_set, name="keeping-set"),
    path("<slug:feature>/settings/forget/", views.answers_forget, name="answers-forget"),
    path("<slug:feature>/settings/undo/<slug:setting>/", views.setting_undo, name="setting-undo"),
    path("<slug:feature>/undo/<uuid:calibration_id>/", views.threshold_undo, name="threshold-undo"),
]
