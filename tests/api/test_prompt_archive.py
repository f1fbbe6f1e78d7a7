"""All versions and releases, for a copy of them."""

from rest_framework.test import APIClient

from tests.prompts.factories import make_release, make_version


def test_versions_of_all_prompts_come_oldest_first_with_what_they_say_if_asked(api: APIClient) -> None:
    first, second = make_version(name="a"), make_version("Be short.", name="b")
    bare = api.get("/api/v1/prompt-versions/").json()["results"]
    assert [(row["prompt"], row["hash"], row["bundle"]) for row in bare] == [
        ("a", first.hash, None),
        ("b", second.hash, None),
    ]
    asked = api.get("/api/v1/prompt-versions/", {"content": "true", "prompt": "b", "hash": second.hash}).json()
    assert [row["bundle"] for row in asked["results"]] == [second.bundle.as_data()]


def test_with_what_they_say_a_page_is_short(api: APIClient) -> None:
    made = [make_version(f"Be {number}.").hash for number in range(21)]
    page = api.get("/api/v1/prompt-versions/", {"content": "true", "limit": 1000}).json()
    rest = api.get("/api/v1/prompt-versions/", {"content": "true", "cursor": page["next"]}).json()
    assert [row["hash"] for row in page["results"]] == made[:20]
    assert ([row["hash"] for row in rest["results"]], rest["next"]) == (made[20:], None)


def test_releases_of_all_prompts_come_oldest_first(api: APIClient) -> None:
    make_release(make_version(name="b"))
    make_release(make_version(name="a"))
    rows = api.get("/api/v1/prompt-releases/").json()["results"]
    assert [row["prompt"] for row in rows] == ["b", "a"]
    assert [row["prompt"] for row in api.get("/api/v1/prompt-releases/?prompt=a").json()["results"]] == ["a"]


def test_who_is_of_a_tenant_is_told_nothing(viewers: APIClient) -> None:
    assert viewers.get("/api/v1/prompt-versions/").status_code in (403, 404)
    assert viewers.get("/api/v1/prompt-releases/").status_code in (403, 404)


def test_a_mistyped_filter_is_refused(api: APIClient) -> None:
    assert api.get("/api/v1/prompt-versions/?promt=a").status_code == 400
