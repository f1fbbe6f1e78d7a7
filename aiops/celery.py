import os

from celery import Celery
from celery.signals import worker_init
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiops.settings")

app = Celery("aiops")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def load_addresses(**_: object) -> None:
    """Loaded at first use, which may be under the revision's lock: the first stop of a worker would hold up others."""
    reverse("killswitch:switch-list")
