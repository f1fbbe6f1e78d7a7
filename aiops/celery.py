import logging
import os
from typing import Any

from celery import Celery
from celery.signals import task_success, worker_init
from django.urls import reverse

from aiops import outages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiops.settings")

app = Celery("aiops")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
logging.getLogger("celery.app.trace").addFilter(outages.OncePerOutage())


@worker_init.connect
def load_addresses(**_: object) -> None:
    """Loaded at first use, which may be under the revision's lock: the first stop of a worker would hold up others."""
    reverse("killswitch:switch-list")


@task_success.connect
def tell_of_the_next_outage(sender: Any, **_: object) -> None:
    outages.is_back(sender.name)
