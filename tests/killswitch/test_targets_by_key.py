"""What a stop is of is known again by what the guard probes, also when it is no more."""

from uuid import UUID, uuid4

import pytest

from integrations.models import Connection
from killswitch.lookups import target_of
from killswitch.scopes import (
    EVERYTHING,
    connection_key,
    feature_key,
    model_key,
    prompt_version_key,
    provider_key,
    tenant_feature_key,
    tenant_key,
    user_key,
)
from killswitch.targets import Target
from tenants.models import Feature, Tenant
from tenants.refusals import NotFound
from tests.integrations.factories import make_connection
from tests.prompts.factories import make_version


def test_a_target_is_known_again_by_its_key(acme: Tenant, answers: Feature) -> None:
    version, person = make_version(), uuid4()
    connection: Connection = make_connection(acme, "http://127.0.0.1:9")
    assert target_of(EVERYTHING) == Target.everything()
    assert target_of(tenant_key(acme.pk)) == Target.of(acme)
    assert target_of(tenant_feature_key(acme.pk, answers.pk)) == Target.of(acme, answers)
    assert target_of(feature_key(answers.pk)) == Target.feature_of_all(answers)
    assert target_of(user_key(acme.pk, person)) == Target.user(acme, person)
    assert target_of(model_key("gone")) == Target.model("gone")
    assert target_of(provider_key("gone")) == Target.provider("gone", "gone")
    assert target_of(prompt_version_key(version.pk)).subject == f"welcome@v{version.number}"
    assert target_of(connection_key(connection.pk)).subject == connection.slug


@pytest.mark.parametrize("key", ["", "tenant:", "tenant:x", f"tenant:{UUID(int=9)}", f"prompt:{UUID(int=9)}", "what:1"])
def test_what_is_no_more_is_not_found(operator: Tenant, key: str) -> None:
    with pytest.raises(NotFound):
        target_of(key)
