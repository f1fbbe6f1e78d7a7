from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from rest_framework.test import APIClient

from aiops import api_urls

METHODS = {"get", "post", "put", "patch", "delete"}


def test_the_schema_is_valid_and_complete(tmp_path: object) -> None:
    # --fail-on-warn: what it cannot describe fails the test.
    call_command("spectacular", "--fail-on-warn", "--validate", "--file", f"{tmp_path}/schema.yaml")


def test_every_operation_has_a_name_a_description_and_tells_its_refusals() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # it has none
    validate_schema(schema)  # type: ignore[no-untyped-call]  # as above
    operations = [operation for path in schema["paths"].values() for name, operation in path.items() if name in METHODS]
    assert len(operations) >= len(api_urls.urlpatterns)
    assert [each["operationId"] for each in operations if not each.get("description")] == []
    assert [each["operationId"] for each in operations if "401" not in each["responses"]] == []


def test_the_schema_is_open_to_all(nobody: APIClient, db: None) -> None:
    answer = nobody.get("/api/v1/schema/")
    assert answer.status_code == 200
    assert "/api/v1/stops/" in answer.json()["paths"]
