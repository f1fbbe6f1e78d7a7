from datetime import UTC, datetime, timedelta

from celery import shared_task

from tenants.models import Acknowledgement, Process


@shared_task
def forget_gone_processes() -> None:
    """A process that lost contact is shown for a day, its acknowledgements with it."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    Process.objects.filter(seen_at__lt=yesterday).delete()
    Acknowledgement.objects.filter(applied_at__lt=yesterday).delete()
