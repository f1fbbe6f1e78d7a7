"""Every call says for which feature and for whom it is made."""

from collections.abc import Mapping
from typing import Any

from costs.records import LONGEST_TEXT
from gateway.call import Call
from gateway.config import Config, Feature, Key
from gateway.errors import BadTag, MissingTag, PinnedElsewhere, UnknownFeature
from gateway.json_words import kind_of

# In the body's `metadata`, which clients pass through.
OWN_KEYS = ("feature", "user", "session")
_NO_METADATA: Mapping[str, Any] = {}


def tag(call: Call) -> None:
    metadata = call.body.get("metadata")
    if not isinstance(metadata, dict):
        metadata = _NO_METADATA
    call.feature = _feature(call.key, call.config, _first("feature", call, b"x-aiops-feature", metadata.get("feature")))
    body = call.body
    user = _first("user", call, b"x-aiops-user", body.get("safety_identifier"), body.get("user"), metadata.get("user"))
    if not user:
        raise MissingTag("user", "X-AIOps-User", ", or user in the body or its metadata: the person the answer is for")
    call.user = user
    call.session = _first("session", call, b"x-aiops-session", metadata.get("session"))


def _feature(key: Key, config: Config, named: str) -> Feature:
    if key.feature is not None:
        if named and named != key.feature.slug:
            raise PinnedElsewhere(named, key.feature.slug)
        return _nameable(key, config, key.feature.slug)
    if not named:
        raise MissingTag(
            "feature", "X-AIOps-Feature", ", or feature in the body's metadata, or use a key of one feature"
        )
    return _nameable(key, config, named)


def _nameable(key: Key, config: Config, named: str) -> Feature:
    feature = config.features.get(named)
    if feature is None or not key.tenant.may_name(feature):
        raise UnknownFeature(named, (each.slug for each in config.features_for(key.tenant)))
    return feature


def _first(tag: str, call: Call, header: bytes, *values: object) -> str:
    """The header, else the first value that says something; without blanks around it, as the API takes it."""
    sent = call.headers.get(header, b"").decode("utf-8", "replace")
    for value in (sent, *values):
        said = value.strip() if isinstance(value, str) else value
        if said is not None and said != "":
            return _checked(tag, said)
    return ""


def _checked(tag: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadTag(tag, f"The {tag} must be a string, not {kind_of(value)}.")
    if len(value) > LONGEST_TEXT:
        raise BadTag(tag, f"The {tag} is {len(value)} characters long; at most {LONGEST_TEXT} are kept.")
    return value
