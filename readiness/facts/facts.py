from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from uuid import UUID

from costs.models import Budget, PriceVersion
from gateway.models import Provider
from integrations.models import Connection
from readiness.facts import callers, covering, duty, judged, prompts, routes, secondaries, systems, traffic
from readiness.facts.callers import Callers
from readiness.facts.covering import Cover
from readiness.facts.duty import LastChange
from readiness.facts.judged import Judged
from readiness.facts.prompts import FeaturePrompts
from readiness.facts.routes import Route
from readiness.facts.secondaries import Secondary
from readiness.facts.systems import Writes
from readiness.facts.traffic import Served, Traffic
from readiness.facts.words import Words, words
from readiness.models import ChainsVerified
from tenants.models import Feature


class Facts:
    """Read when a check first asks, then kept: so few queries, however many features there are."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def traffic(self, feature: Feature) -> Traffic:
        return self._traffic.get(feature.pk) or Traffic()

    def prompts(self, feature: Feature) -> FeaturePrompts:
        return self._prompts.get(feature.pk) or FeaturePrompts()

    def judged(self, feature: Feature) -> Judged:
        return self._judged.get(feature.pk) or Judged()

    def routes(self, feature: Feature) -> Sequence[Route]:
        return self._routes.get(feature.pk, ())

    def secondary(self, chain: str) -> Secondary | None:
        return self._secondaries.get(chain)

    def cover(self, feature: Feature, *, hard: bool = False) -> Cover:
        """What budgets are over its calls; of hard ones alone, or of any."""
        budgets = [each for each in self._budgets if each.is_hard or not hard]
        return covering.of_feature(feature.pk, budgets, self._callers.get(feature.pk, {}))

    def has_cached_price(self, served: Served) -> bool:
        listed = self._listed_under.get(served.provider, served.provider)
        return (listed, served.model) in self._cached_prices

    def writes(self, feature: Feature) -> Writes:
        return self._writes.get(feature.pk) or Writes()

    @cached_property
    def connections(self) -> list[Connection]:
        return systems.enabled()

    @cached_property
    def words(self) -> Words:
        return words(self.at.date())

    @cached_property
    def supporters(self) -> int:
        return duty.supporters()

    @cached_property
    def last_change(self) -> LastChange | None:
        return duty.last_change(self.at)

    @cached_property
    def verified(self) -> ChainsVerified | None:
        return duty.last_verified()

    @cached_property
    def _traffic(self) -> Mapping[UUID, Traffic]:
        return traffic.of_features(self.at)

    @cached_property
    def _prompts(self) -> Mapping[UUID, FeaturePrompts]:
        return prompts.of_features(self._traffic)

    @cached_property
    def _judged(self) -> Mapping[UUID, Judged]:
        return judged.of_features(self._prompts)

    @cached_property
    def _routes(self) -> Mapping[UUID, Sequence[Route]]:
        return routes.of_features(self._callers, self.at)

    @cached_property
    def _secondaries(self) -> Mapping[str, Secondary]:
        return secondaries.by_chain(self.at)

    @cached_property
    def _callers(self) -> Mapping[UUID, Callers]:
        return callers.of_features(self.at)

    @cached_property
    def _writes(self) -> Mapping[UUID, Writes]:
        return systems.writes(self.at)

    @cached_property
    def _budgets(self) -> list[Budget]:
        return list(Budget.objects.select_related("tenant", "feature"))

    @cached_property
    def _listed_under(self) -> Mapping[str, str]:
        """Under which provider the catalogue has the prices of each of ours."""
        return dict(Provider.objects.values_list("slug", "pricing_provider"))

    @cached_property
    def _cached_prices(self) -> set[tuple[str, str]]:
        models = {each.model for one in self._traffic.values() for each in one.served if each.model}
        rows = PriceVersion.objects.filter(model__in=models).begun(at=self.at)
        return {(row.provider, row.model) for row in rows if "cached" in row.prices}
