"""All settings, read from the environment; a wrong one stops start-up with its name, its value and what is allowed."""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.csp import CSP

from aiops import schema_names
from aiops.environment import address, env, log_level, mailers, secret, sender, whole_number, wrapping_keys, yes_or_no

BASE_DIR = Path(__file__).resolve().parent.parent

AIOPS_HOME = Path(env.str("AIOPS_HOME", str(BASE_DIR / ".aiops"))).resolve()
AIOPS_URL = env.str("AIOPS_URL", "http://127.0.0.1:8700")
AIOPS_GATEWAY_URL = env.str("AIOPS_GATEWAY_URL", "http://127.0.0.1:8701/v1")
AIOPS_ENVIRONMENT_LABEL = env.str("AIOPS_ENVIRONMENT_LABEL", "Production")
AIOPS_JOURNAL_MAX_MB = whole_number("AIOPS_JOURNAL_MAX_MB", 1024)
AIOPS_JOURNAL_SEGMENT_MB = whole_number("AIOPS_JOURNAL_SEGMENT_MB", 16)
AIOPS_GATEWAY_MAX_BODY_MB = whole_number("AIOPS_GATEWAY_MAX_BODY_MB", 10)
AIOPS_GATEWAY_STREAM_SECONDS = whole_number("AIOPS_GATEWAY_STREAM_SECONDS", 3600)
AIOPS_GATEWAY_MAX_CALLS = whole_number("AIOPS_GATEWAY_MAX_CALLS", 2500)
AIOPS_GATEWAY_DRAIN_SECONDS = whole_number("AIOPS_GATEWAY_DRAIN_SECONDS", 20)
# What an answer under a hard budget is kept to when its call sets no limit of its own.
AIOPS_BUDGET_OUTPUT_TOKENS = whole_number("AIOPS_BUDGET_OUTPUT_TOKENS", 4096)
AIOPS_BREAKER_FAILURES = whole_number("AIOPS_BREAKER_FAILURES", 5)
AIOPS_HTTPS = yes_or_no("AIOPS_HTTPS", False)
AIOPS_APP_ROLE = env.str("AIOPS_APP_ROLE", "aiops_app")
AIOPS_KEYRING = wrapping_keys("AIOPS_KEYRING")
AIOPS_AUDIT_KEY = secret("AIOPS_AUDIT_KEY")
AIOPS_USER_KEY = secret("AIOPS_USER_KEY")
# The same protocol; clients know it by one name only.
REDIS_URL = address("REDIS_URL", schemes=("redis", "rediss", "valkey")).replace("valkey://", "redis://", 1)

SECRET_KEY = secret("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.list("AIOPS_ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
ROOT_URLCONF = "aiops.urls"
ASGI_APPLICATION = "aiops.asgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "lucide",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "tenants",
    "killswitch",
    "prompts",
    "costs",
    "integrations",
    "gateway",
    "evals",
    "readiness",
    "aiops.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "aiops.slashes.LeadToSlash",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Its page has the headers of those above, and the rail of whoever is logged in.
    "aiops.plain_text.RefuseNul",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "aiops.shell.shell",
            ],
            "builtins": ["aiops.icons"],
        },
    }
]

# A transaction left open would hold up a stop.
AIOPS_IDLE_TRANSACTION_SECONDS = whole_number("AIOPS_IDLE_TRANSACTION_SECONDS", 5)
address("DATABASE_URL", schemes=("postgres", "postgresql"))
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL"),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 3,
            "options": f"-c idle_in_transaction_session_timeout={AIOPS_IDLE_TRANSACTION_SECONDS}s"
            " -c statement_timeout=30s",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Login throttling lives in PostgreSQL, so that the console works with Redis down.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "aiops_cache",
        # Beyond it entries that still count are thrown out: throttles, and answers to repeated requests.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

AUTH_USER_MODEL = "tenants.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "tenants.login.ClosedSignupAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
# A night's duty: nobody logs in again on the way to a stop.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "aiops_session"
CSRF_COOKIE_NAME = "aiops_csrf"
# Without a mail server nothing is sent, and pages say so.
MAILERS = mailers("EMAIL_URL")
AIOPS_MAIL_IS_SET = "OPTIONS" in MAILERS["default"]
AIOPS_MAIL_FROM = sender("AIOPS_MAIL_FROM", f"AI Ops Console <aiops@{urlsplit(AIOPS_URL).hostname or 'localhost'}>")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = AIOPS_HTTPS
# Load balancers and the supervisor ask these without TLS.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|healthz/killswitch|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if AIOPS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = AIOPS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "tenants.views.resuming.csrf_failed"
CSRF_TRUSTED_ORIGINS = [AIOPS_URL] if AIOPS_HTTPS else []
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = AIOPS_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "aiops.static_packages.PackageFilesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["tenants.parsing.JSONBody"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tenants.authentication.ServiceKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["tenants.authentication.HasPermission"],
    "DEFAULT_SCHEMA_CLASS": "tenants.openapi.ConsoleSchema",
    "EXCEPTION_HANDLER": "tenants.rest.answer_refusal",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "AI Ops Console",
    "DESCRIPTION": "Everything the pages do, for programs. Send a service key as a bearer token.",
    "VERSION": "v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": schema_names.NAMES,
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# Its lines look like everybody's.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A worker that is told no queue takes all.
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {"celery": {}, "evals": {}}
CELERY_TASK_DEFAULT_QUEUE = "celery"
# A run is asked for minutes on end: what lifts a stop must not wait for it, nor what looks after runs themselves,
# nor a release whose time has come.
CELERY_TASK_ROUTES = {
    "evals.tasks.pick_up_runs": {"queue": "celery"},
    "evals.tasks.carry_out_planned_releases": {"queue": "celery"},
    "evals.tasks.*": {"queue": "evals"},
}
# So is a chain that is drilled: its gateways wait for providers that are away.
CELERY_TASK_ROUTES["gateway.tasks.run_drill"] = {"queue": "evals"}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# kombu gives a dead worker's tasks back only when it sweeps; both restore settings make that prompt.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}
CELERY_BEAT_SCHEDULE = {
    "lift-expired-stops": {"task": "killswitch.tasks.lift_expired", "schedule": 5.0, "options": {"expires": 5}},
    "start-planned-stops": {"task": "killswitch.tasks.start_planned", "schedule": 2.0, "options": {"expires": 2}},
    # Of the worker's threads it takes one, for seconds.
    "drill-the-kill-switch": {"task": "killswitch.tasks.drill", "schedule": 300.0, "options": {"expires": 240}},
    "look-by-rules": {"task": "killswitch.tasks.look_by_rules", "schedule": 10.0, "options": {"expires": 10}},
    "forget-old-news-of-stops": {"task": "killswitch.tasks.forget_what_is_old", "schedule": 86400.0},
    "sweep-notices": {"task": "killswitch.tasks.sweep_notices", "schedule": 5.0, "options": {"expires": 5}},
    "watch-stops": {"task": "killswitch.tasks.watch_stops", "schedule": 5.0, "options": {"expires": 5}},
    "watch-leaks": {"task": "costs.tasks.watch_leaks", "schedule": 15.0, "options": {"expires": 15}},
    "reconcile-broken-glass": {
        "task": "killswitch.tasks.reconcile_broken_glass",
        "schedule": 2.0,
        "options": {"expires": 2},
    },
    "make-call-partitions": {"task": "costs.tasks.make_partitions", "schedule": 3600.0},
    "forget-old-presence": {"task": "costs.tasks.forget_old_minutes", "schedule": 3600.0},
    "watch-budgets": {"task": "costs.tasks.watch_budgets", "schedule": 60.0, "options": {"expires": 60}},
    "carry-out-planned-releases": {
        "task": "evals.tasks.carry_out_planned_releases",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "start-canaries": {"task": "evals.tasks.start_canaries", "schedule": 600.0, "options": {"expires": 600}},
    "pick-up-eval-runs": {"task": "evals.tasks.pick_up_runs", "schedule": 30.0, "options": {"expires": 30}},
    "reconcile-writes": {"task": "integrations.tasks.reconcile_writes", "schedule": 30.0, "options": {"expires": 30}},
    "start-due-chain-drills": {"task": "gateway.tasks.start_due_drills", "schedule": 60.0, "options": {"expires": 60}},
    "forget-old-chain-drills": {"task": "gateway.tasks.forget_old_drills", "schedule": 86400.0},
    "test-connections": {"task": "integrations.tasks.test_connections", "schedule": 900.0, "options": {"expires": 900}},
    "forget-gone-processes": {"task": "tenants.tasks.forget_gone_processes", "schedule": 600.0},
    "verify-audit-chains": {"task": "readiness.tasks.verify_chains", "schedule": 600.0, "options": {"expires": 600}},
    "record-readiness": {"task": "readiness.tasks.record_states", "schedule": 3600.0, "options": {"expires": 3600}},
    "forget-old-readiness": {"task": "readiness.tasks.forget_old_states", "schedule": 86400.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "aiops.log_lines.LogLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": log_level("AIOPS_LOG_LEVEL", "INFO")},
    # Started by its own command, uvicorn brings a handler of its own, whose lines have no date.
    "loggers": {"uvicorn.error": {"handlers": ["stderr"], "propagate": False}},
}
