"""The product's table of contents."""

from allauth.account import views as people
from django.urls import include, path

from aiops import health, killswitch_health
from prompts.views.file_schema import prompt_schema
from tenants.views import home

handler400 = "aiops.error_pages.refused"
handler404 = "aiops.error_pages.not_found"
handler500 = "aiops.error_pages.broken"

urlpatterns = [
    path("", home, name="home"),
    path("switches/", include("killswitch.urls")),
    path("evals/", include("evals.urls")),
    path("prompts/", include("prompts.urls")),
    path("parts/", include("prompts.part_urls")),
    path("planned-releases/", include("prompts.plan_urls")),
    path("prompt-environments/", include("prompts.environment_urls")),
    path("drift/", include("evals.drift_urls")),
    path("confidence/", include("evals.calibration_urls")),
    path("chains/", include("gateway.urls")),
    path("readiness/", include("readiness.urls")),
    path("", include("integrations.urls")),
    path("", include("costs.urls")),
    path("", include("tenants.urls")),
    # Of allauth only what is used: nobody signs up, and addresses are an admin's to change.
    path("login/", people.login, name="account_login"),
    path("logout/", people.logout, name="account_logout"),
    path("account/password/", people.password_change, name="account_change_password"),
    path("account/confirm/", people.reauthenticate, name="account_reauthenticate"),
    path("account/inactive/", people.account_inactive, name="account_inactive"),
    path("api/v1/", include("aiops.api_urls")),
    path("healthz", health.healthz, name="healthz"),
    path("healthz/killswitch", killswitch_health.killswitch, name="healthz-killswitch"),
    path("readyz", health.readyz, name="readyz"),
    path("schemas/prompt.json", prompt_schema, name="prompt-schema"),
    path("metrics", health.metrics, name="metrics"),
]
