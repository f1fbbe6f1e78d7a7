from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from tenants import audit
from tenants.actors import Actor
from tenants.models import Membership, Role, Tenant, User
from tenants.permissions import TENANT_ROLES
from tenants.refusals import Conflict, Invalid


def create_user(*, email: str, password: str, role: Role, tenant: Tenant, name: str = "", by: Actor) -> User:
    """A person with one role over the tenant; over all tenants when it is `_operator`."""
    email = email.strip().lower()
    _check(email, password)
    if role in TENANT_ROLES and tenant.is_operator:
        raise Invalid("role", f"{role} is a role of one tenant's own people; name the tenant.")
    # Slow on purpose: not while the transaction below is open.
    hashed = make_password(password)
    try:
        with transaction.atomic():
            user = User.objects.create(email=email, name=name, password=hashed)
            Membership.objects.create(user=user, tenant=tenant, role=role)
            facts = {"email": email, "role": str(role)}
            audit.append(tenant.pk, actor=by, action="user.created", object=email, payload=facts)
    except IntegrityError:
        raise Conflict(f"{email} has an account already.") from None
    return user


def _check(email: str, password: str) -> None:
    try:
        validate_email(email)
    except ValidationError as fault:
        raise Invalid("email", f"{email!r} is not an e-mail address.") from fault
    try:
        validate_password(password)
    except ValidationError as fault:
        raise Invalid("password", " ".join(fault.messages)) from fault
