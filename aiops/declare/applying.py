"""Bringing the installation in line with a declaration: all of it or nothing, and what it leaves out is left alone."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from aiops.declare import prices, references
from aiops.declare.chains import ChainEntry, MemberEntry, TenantChain
from aiops.declare.document import (
    BudgetEntry,
    Document,
    FeatureEntry,
    ModelEntry,
    ProviderEntry,
    TenantEntry,
    read,
)
from aiops.declare.problems import Faulty, Place, Problem
from costs.budgets import declare_budget
from costs.models import Budget
from costs.prices import declare_price, price_in_force
from gateway.chain_limits import remarks_on
from gateway.models import Chain, ChainMember, Provider
from gateway.services import (
    Member,
    declare_caching,
    declare_chain,
    declare_feature_chain,
    declare_grounding,
    declare_model,
    declare_provider,
)
from tenants import revisions
from tenants.actors import Actor
from tenants.models import OPERATOR, Feature, Revision, Tenant
from tenants.refusals import Refused
from tenants.services import declare_feature, declare_tenant
from tenants.services.declaring import Declared, Outcome


@dataclass(frozen=True, slots=True)
class Change:
    kind: str
    name: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Report:
    changes: tuple[Change, ...]
    # What was applied and will not work as it stands.
    warnings: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(change.outcome for change in self.changes)
        return {outcome: counted[outcome] for outcome in ("created", "changed", "unchanged")}


def apply(data: Any, *, by: Actor, at: datetime, dry_run: bool = False) -> Report:
    """Needs all tenants in scope. Raises Faulty, with every fault that was found, and then nothing was applied."""
    document, faults = read(data)
    faults += _of_references(document, faults)
    if faults:
        raise Faulty(faults)
    with transaction.atomic():
        with revisions.changing(Revision.Name.CONFIG):
            application = Application(by, at)
            changes = application.run(document)
            warnings = (*_warnings(document, at), *prices.also_priced(application.repriced))
            report = Report(changes, warnings)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _of_references(document: Document, faults: Sequence[Problem]) -> list[Problem]:
    """Once a place: of a fault that is told, these are often the consequence."""
    faulty = {fault.place for fault in faults}
    if any(len(place) < 2 for place in faulty):
        # A whole section was not read, and whatever refers to it would look as if it were wrong.
        return []
    found = [*references.problems(document, references.known(document)), *prices.contradictions(document)]
    return [each for each in found if each.place not in faulty]


class Application:
    def __init__(self, by: Actor, at: datetime) -> None:
        self.by, self.at = by, at
        # Models whose declared prices are others since it ran.
        self.repriced: list[str] = []

    def run(self, document: Document) -> tuple[Change, ...]:
        """In the order in which entries refer to each other."""
        steps = (
            ("provider", document.providers, self._provider),
            ("model", document.models, self._model),
            ("chain", document.chains, self._chain),
            ("feature", document.features, self._feature),
            ("tenant", document.tenants, self._tenant),
            ("budget", document.budgets, self._budget),
        )
        return tuple(
            Change(kind, _name(entry), _at_its_place(declare, entry))
            for kind, entries, declare in steps
            for entry in entries
        )

    def _provider(self, entry: ProviderEntry) -> Outcome:
        return declare_provider(
            entry.slug,
            name=entry.name,
            base_url=entry.base_url,
            api_key=entry.api_key,
            api_key_env=entry.api_key_env,
            pricing_provider=entry.prices_from,
            simulated=entry.simulated,
            allow_private=entry.allow_private,
            api=Provider.Api(entry.api),
            has_responses=entry.has_responses,
            by=self.by,
        ).outcome

    def _model(self, entry: ModelEntry) -> Outcome:
        declared = declare_model(
            entry.slug,
            provider=entry.provider,
            upstream=entry.upstream,
            context_window=entry.context_window,
            by=self.by,
        )
        is_repriced = self._price(entry, declared.row.provider.pricing_provider)
        return "changed" if declared.outcome == "unchanged" and is_repriced else declared.outcome

    def _price(self, entry: ModelEntry, catalogued_under: str) -> bool:
        if entry.prices is None:
            # Its data takes tens of megabytes, which a console that applies nothing need not hold.
            from costs.catalogue import import_catalogue  # noqa: PLC0415

            found = import_catalogue([(catalogued_under, entry.upstream)], by=self.by, at=self.at)
            return bool(found.made)
        priced = declare_price(catalogued_under, entry.upstream, entry.prices, by=self.by, at=self.at)
        if priced.outcome == "unchanged":
            return False
        self.repriced.append(entry.slug)
        return True

    def _chain(self, entry: ChainEntry) -> Outcome:
        return declare_chain(
            entry.slug,
            members=[_member(member) for member in entry.members],
            deadline_seconds=entry.deadline_seconds or Chain.DEADLINE_SECONDS,
            triggers=entry.triggers,
            max_hops=entry.max_hops or Chain.MAX_HOPS,
            by=self.by,
        ).outcome

    def _feature(self, entry: FeatureEntry) -> Outcome:
        declared = declare_feature(
            entry.slug, name=entry.name, description=entry.description, safe_answer=entry.safe_answer, by=self.by
        )
        return _together(declared.outcome, [each.outcome for each in self._demands(declared.row, entry)])

    def _demands(self, feature: Feature, entry: FeatureEntry) -> Iterator[Declared[Any]]:
        """What the file says nothing about stays."""
        if entry.grounding is not None:
            yield declare_grounding(feature, **asdict(entry.grounding), by=self.by)
        if entry.cache_seconds is not None:
            yield declare_caching(feature, seconds=entry.cache_seconds, by=self.by)
        if entry.chain is not None:
            yield declare_feature_chain(feature, chain=entry.chain, by=self.by)

    def _tenant(self, entry: TenantEntry) -> Outcome:
        declared = declare_tenant(
            entry.slug,
            name=entry.name,
            plan=entry.plan,
            domain=entry.domain,
            allowed_models=entry.allowed_models,
            max_calls=entry.max_calls,
            by=self.by,
        )
        rest = [self._tenant_chain(declared.row, each) for each in entry.chains]
        return _together(declared.outcome, rest)

    def _tenant_chain(self, tenant: Tenant, entry: TenantChain) -> Outcome:
        feature = Feature.objects.get(slug=entry.feature)
        return declare_feature_chain(feature, tenant=tenant, chain=entry.chain, by=self.by).outcome

    def _budget(self, entry: BudgetEntry) -> Outcome:
        tenant = Tenant.objects.get(slug=entry.tenant or OPERATOR)
        feature = Feature.objects.get(slug=entry.feature) if entry.feature else None
        return declare_budget(
            tenant,
            feature=feature,
            amount_usd=entry.amount_usd,
            period=Budget.Period(entry.period),
            kind=Budget.Kind(entry.kind) if entry.kind else None,
            by=self.by,
            at=self.at,
        ).outcome


def _at_its_place(declare: Any, entry: Any) -> Outcome:
    """What a service refuses is a fault of the entry that asked for it."""
    try:
        outcome: Outcome = declare(entry)
    except Refused as refused:
        raise Faulty([_fault(entry.place, refused)]) from refused
    return outcome


def _fault(place: Place, refused: Refused) -> Problem:
    return Problem(place, refused.detail)


def _member(entry: MemberEntry) -> Member:
    timeout, attempts = entry.timeout_seconds or ChainMember.TIMEOUT_SECONDS, entry.attempts or 1
    return Member(entry.model, timeout, attempts, entry.first_percent or 0)


def _together(outcome: Outcome, rest: Iterable[Outcome]) -> Outcome:
    """Of an entry, by what became of it and of what it brings along."""
    return "changed" if outcome == "unchanged" and any(each != "unchanged" for each in rest) else outcome


def _name(entry: Any) -> str:
    if isinstance(entry, BudgetEntry):
        return f"{entry.tenant or 'everything'}{f'/{entry.feature}' if entry.feature else ''} {_span(entry.period)}"
    return str(entry.slug)


def _span(period: str) -> str:
    return "in total" if period == Budget.Period.TOTAL else f"a {period}"


def _warnings(document: Document, at: datetime) -> Iterator[str]:
    for entry in document.providers:
        # The gateways have the console's environment when the supervisor started both.
        if entry.api_key_env and not os.environ.get(entry.api_key_env):
            yield f"{entry.api_key_env} is not set where the console runs; provider {entry.slug} has no key without it."
    for chain in document.chains:
        members = [(each.model, each.timeout_seconds or ChainMember.TIMEOUT_SECONDS) for each in chain.members]
        for remark in remarks_on(members, chain.deadline_seconds or Chain.DEADLINE_SECONDS):
            yield f"chain {chain.slug}: {remark}"
    for model in document.models:
        provider = Provider.objects.get(slug=model.provider)
        if price_in_force(provider.pricing_provider, model.upstream, at=at) is None:
            yield f"model {model.slug} has no known price: its calls will count as unpriced. Give it `prices`."
