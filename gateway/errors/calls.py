"""What is wrong with the call itself."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Self

from gateway.errors import naming
from gateway.errors.refusal import Refusal


class BadKey(Refusal):
    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_api_key"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} Send a call key of this gateway: Authorization: Bearer aiops_….")


class BadBody(Refusal):
    code = "invalid_body"


class TooLarge(Refusal):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "body_too_large"

    def __init__(self, most: int) -> None:
        super().__init__(f"The body is larger than {most} bytes, the most that this gateway takes.")


class TooSlow(Refusal):
    status = HTTPStatus.REQUEST_TIMEOUT
    code = "body_too_slow"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The whole body was not there within {seconds:g} seconds, the longest it may take.")


class MissingTag(Refusal):
    """Names the tag and every way to send it."""

    code = "missing_tag"

    def __init__(self, tag: str, header: str, ways: str) -> None:
        self.param = tag
        super().__init__(f"This call does not say its {tag}. Send the header {header}{ways}.")


class HeaderTwice(Refusal):
    """Of two nobody can tell which was meant."""

    code = "invalid_header"

    def __init__(self, header: str) -> None:
        self.param = header
        super().__init__(f"The header {header} is there twice: send it once.")


class BadTag(Refusal):
    code = "invalid_tag"

    def __init__(self, tag: str, detail: str) -> None:
        self.param = tag
        super().__init__(detail)


class UnknownFeature(Refusal):
    code = "unknown_feature"
    param = "feature"

    def __init__(self, named: str, registered: Iterable[str]) -> None:
        known = ", ".join(sorted(registered)) or "none yet"
        super().__init__(f"Feature {named!r} is not registered. Registered are: {known}.")


class PinnedElsewhere(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "feature_not_allowed"
    param = "feature"

    def __init__(self, named: str, pinned: str) -> None:
        super().__init__(
            f"This key is for feature {pinned!r} only; the call names {named!r}. Use another key, or drop the tag."
        )


class MissingModel(Refusal):
    """`chain`: what the feature has for calls that name none; `named`: the word that stands for it, if it was said."""

    code = "missing_model"
    param = "model"

    def __init__(self, allowed: Sequence[str], feature: str, *, chain: str = "", named: str = "") -> None:
        if named:
            said = f"Model {named!r} stands for the chain of the call's feature, and feature {feature!r} has none:"
        else:
            said = f"This call does not say its model, as a text in the body. {_without_model(feature, chain)}"
        setting = (
            f" features.{feature}.chain in aiops.yaml sets it, or PUT /api/v1/features/{feature}/chain/ of the console."
        )
        super().__init__(f"{said}{'' if chain else setting} {naming.some(allowed)}")


class UnknownModel(Refusal):
    status = HTTPStatus.NOT_FOUND
    code = "model_not_found"
    param = "model"

    def __init__(self, named: str, allowed: Sequence[str], *, beginning: str = "") -> None:
        super().__init__(
            f"Model {named!r} is not there for this key. {naming.told(named, allowed, beginning=beginning)}"
        )


def _without_model(feature: str, chain: str) -> str:
    if chain:
        return f"Leave model out altogether for the chain of feature {feature!r}."
    return f"Feature {feature!r} has no chain for calls that name none:"


class UnsupportedByModels(Refusal):
    """Nobody was asked: no model that could be has a word for it."""

    code = "unsupported_by_model"

    def __init__(self, told: Iterable[str]) -> None:
        super().__init__(f"No model of this call can do all that it asks for. {'; '.join(dict.fromkeys(told))}.")


class UnknownPrompt(Refusal):
    status = HTTPStatus.NOT_FOUND
    code = "prompt_not_found"
    param = "prompt"

    def __init__(self, named: str, environment: str, served: Iterable[str] = (), *, detail: str = "") -> None:
        """The same of one that is not there and of one that only others are served. `served`: the caller's own."""
        known = ", ".join(sorted(served)) or "none yet"
        super().__init__(detail or f"Prompt {named!r} is not released to {environment}. There are: {known}.")

    @classmethod
    def no_version(cls, named: str, version: str, environment: str) -> Self:
        detail = f"Prompt {named!r} has no version {version!r} that was ever live in {environment}, or more than one."
        return cls(named, environment, detail=detail)


class BadPrompt(Refusal):
    code = "invalid_prompt"
    param = "prompt"


class BadSources(Refusal):
    code = "invalid_sources"
    param = "sources"


class GroundingOff(Refusal):
    """Sources that nobody checks would pass for sources that somebody did."""

    code = "grounding_off"
    param = "sources"

    def __init__(self, feature: str) -> None:
        super().__init__(
            f"Grounding is off for feature {feature!r}, so nothing would check the answer against these sources. Set "
            f"features.{feature}.grounding.mode to annotate or enforce in aiops.yaml, or put the texts into messages."
        )


class SourcesMissing(Refusal):
    code = "missing_sources"
    param = "sources"

    def __init__(self, feature: str) -> None:
        super().__init__(
            f"Answers of feature {feature!r} must be grounded: send sources, a list of {{id, text}}, in the body; an "
            "empty list when nothing was found."
        )


class NoSuchPath(Refusal):
    status = HTTPStatus.NOT_FOUND
    code = "no_such_path"

    def __init__(self, path: str, paths: Iterable[str]) -> None:
        super().__init__(f"There is no {path} here. There are: {', '.join(paths)}.")


class WrongMethod(Refusal):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = "method_not_allowed"

    def __init__(self, method: str, allowed: str) -> None:
        super().__init__(f"{method} is not allowed here; {allowed} is.")
        self._allowed = allowed

    def headers(self) -> list[tuple[bytes, bytes]]:
        return [*super().headers(), (b"allow", self._allowed.encode())]
