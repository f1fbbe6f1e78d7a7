from datetime import UTC, datetime

from celery import shared_task

from readiness import services


@shared_task
def verify_chains() -> None:
    """Does nothing when it was done today: so it catches up with a night in which nothing ran."""
    services.verify_chains(at=datetime.now(UTC))


@shared_task
def record_states() -> None:
    services.record_states(at=datetime.now(UTC))


@shared_task
def forget_old_states() -> None:
    services.forget_old_states(at=datetime.now(UTC))
