"""What is told of a prompt's release that was to be made at a moment and was not: prompts are the operator's."""

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError

from killswitch.models import Channel, Notice
from killswitch.notices import facts, outbox
from killswitch.notices.wording import Facts
from tenants import principals
from tenants.actors import Actor, ActorKind
from tenants.models import Tenant, User
from tenants.permissions import Permission
from tenants.scope import ALL, scope

log = logging.getLogger(__name__)


def tell_not_released(told: Facts, people: Iterable[Actor], *, path: str, at: datetime) -> None:
    """To the operator's channels, and by mail to those of `people` who may see it; once a `plan`.

    `told` has `plan`, `prompt`, `version`, `target`, `due_at`, `asked_by`, `asked_at`, `approved_by`, `approved_at`,
    `why` and `note`; `path` is the plan's page. Nothing of it may hold up the plan.
    """
    try:
        with scope(ALL):
            outbox.write(_notices({**told, "at": at.isoformat(), "url": facts.absolute(path)}, people, at))
    except DatabaseError:
        log.exception("notice.lost planned_release=%s", told["plan"])


def may_hear(user: User) -> bool:
    """Who has left, or lost the role, hears nothing more."""
    return user.is_active and principals.of_user(user).over(Permission.PROMPTS_READ) == ALL


def _notices(told: Facts, people: Iterable[Actor], at: datetime) -> list[Notice]:
    kind, operator = Notice.Kind.NOT_RELEASED, Tenant.objects.operator()
    key = f"{kind}:{told['plan']}"
    channels = Channel.objects.enabled().filter(tenant=operator)
    return [
        *(outbox.without_stop(kind, key, told, at, tenant=operator.pk, channel=each) for each in channels),
        *(outbox.without_stop(kind, key, told, at, tenant=operator.pk, user=each) for each in _users(people)),
    ]


def _users(people: Iterable[Actor]) -> list[User]:
    """A key reads no mail."""
    ids = {UUID(each.id) for each in people if each.kind == ActorKind.USER}
    return [user for user in User.objects.filter(pk__in=ids) if may_hear(user)]
