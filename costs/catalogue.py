"""Prices out of genai-prices. Its data takes tens of megabytes: a gateway process must not import this module."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import ModelInfo, ModelPrice, StartDateConstraint, TieredPrices, TimeOfDateConstraint

from costs import prices
from costs.models import PriceVersion
from costs.pricing import BadPrice, Kind, PriceList, plain_text
from tenants import audit, push, revisions
from tenants.actors import Actor
from tenants.models import Revision

SOURCE: Final = f"genai-prices {version('genai-prices')}"
# Of prices that the catalogue gives without a date.
BEGINNING: Final = datetime(2020, 1, 1, tzinfo=UTC)
_KINDS: Final = {
    "input_mtok": Kind.INPUT,
    "cache_read_mtok": Kind.CACHED,
    "cache_write_mtok": Kind.CACHE_WRITE,
    "input_audio_mtok": Kind.AUDIO_INPUT,
    "output_mtok": Kind.OUTPUT,
    "output_reasoning_mtok": Kind.REASONING,
    "output_audio_mtok": Kind.AUDIO_OUTPUT,
    "requests_kcount": Kind.REQUESTS,
}


@dataclass(frozen=True, slots=True)
class Import:
    """`unknown`: these models stay without a price, and why."""

    made: list[PriceVersion]
    unknown: dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Dated:
    prices: PriceList
    valid_from: datetime


class NotListed(LookupError):
    """The catalogue has no price that we could apply."""


def import_catalogue(pairs: Iterable[tuple[str, str]], *, by: Actor, at: datetime) -> Import:
    """Make the catalogue's prices of these (provider, model) known; again it changes nothing."""
    found: dict[tuple[str, str], list[Dated]] = {}
    unknown: dict[tuple[str, str], str] = {}
    for provider, model in sorted(set(pairs)):
        try:
            found[provider, model] = look_up(provider, model)
        except NotListed as fault:
            unknown[provider, model] = str(fault)
    with revisions.changing(Revision.Name.CONFIG):
        made = [row for pair, dated in found.items() for row in _make_missing(*pair, dated, at=at)]
        if made:
            _write_audit(made, by=by, at=at)
            push.after_commit(Revision.Name.CONFIG)
    return Import(made, unknown)


def look_up(provider: str, model: str) -> list[Dated]:
    """Every price the catalogue gives this model, oldest first."""
    try:
        _, info = get_snapshot().find_provider_model(model, None, provider, None)
    except LookupError:
        raise NotListed(f"the catalogue has no {provider}/{model}") from None
    dated: list[Dated] = []
    for moment in _changes(info):
        current = _price_list(info.get_prices(moment))
        if not dated or dated[-1].prices != current:
            dated.append(Dated(current, moment))
    return dated


def _changes(info: ModelInfo) -> list[datetime]:
    if isinstance(info.prices, ModelPrice):
        return [BEGINNING]
    constraints = [price.constraint for price in info.prices]
    if any(isinstance(constraint, TimeOfDateConstraint) for constraint in constraints):
        raise NotListed("the catalogue prices it by the hour of the day, which is not supported: declare a price")
    starts = {item.start_date for item in constraints if isinstance(item, StartDateConstraint)}
    days = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in starts)
    return [BEGINNING, *sorted(day for day in days if day > BEGINNING)]


def _price_list(price: ModelPrice) -> PriceList:
    amounts = {str(kind): getattr(price, name) for name, kind in _KINDS.items()}
    stored = {kind: _stored(amount) for kind, amount in amounts.items() if amount is not None}
    try:
        return PriceList.parse(stored)
    except BadPrice as fault:
        raise NotListed(f"the catalogue's price does not apply to tokens: {fault}") from fault


def _stored(value: Any) -> Any:
    if not isinstance(value, TieredPrices):
        return plain_text(value)
    return {"base": plain_text(value.base), "tiers": [[tier.start, plain_text(tier.price)] for tier in value.tiers]}


def _make_missing(provider: str, model: str, dated: list[Dated], *, at: datetime) -> list[PriceVersion]:
    made = []
    for item in dated:
        stored = item.prices.as_json()
        content = prices.content_hash(provider, model, stored, item.valid_from, is_declared=False)
        if not PriceVersion.objects.filter(content_hash=content).exists():
            row = prices.make_version(provider, model, stored, valid_from=item.valid_from, source=SOURCE, at=at)
            made.append(row)
    return made


def _write_audit(made: list[PriceVersion], *, by: Actor, at: datetime) -> None:
    audit.append_to_installation(
        actor=by,
        action="price.imported",
        object=SOURCE,
        payload={"versions": {str(row.pk): str(row) for row in made}},
        at=at,
    )
