"""Each chain's members with their scores: read by the pages, the API and the readiness check."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from evals.models import Run
from evals.parity import runs, suites
from evals.parity.runs import Answered, Counts
from evals.parity.scores import Score, Standing, of_first, of_other
from evals.parity.suites import Judging
from gateway.models import Chain, ChainMember

_NOTHING: Final[Counts] = {}
# Of several suites the first of these that one of them says.
_WORST_FIRST: Final = (Standing.FAILS, Standing.UNMEASURED, Standing.UNCLEAR, Standing.HOLDS)


@dataclass(frozen=True, slots=True)
class MemberParity:
    member: ChainMember
    scores: Sequence[Score]
    is_first: bool = False

    @property
    def standing(self) -> Standing:
        if self.is_first:
            return Standing.FIRST
        said = {score.standing for score in self.scores}
        return next((each for each in _WORST_FIRST if each in said), Standing.UNMEASURED)


@dataclass(frozen=True, slots=True)
class ChainParity:
    chain: Chain
    judged_by: Sequence[Judging]
    members: Sequence[MemberParity]

    @property
    def labels(self) -> Sequence[str]:
        """As provider/model."""
        return [each.member.model.label for each in self.members]

    @property
    def others(self) -> Sequence[MemberParity]:
        return self.members[1:]

    @property
    def proven(self) -> Sequence[MemberParity]:
        """Those that hold what the first reaches, on every suite."""
        return [each for each in self.others if each.standing is Standing.HOLDS]

    @property
    def lacks(self) -> str:
        """Why no second model is proven; empty when one is."""
        if not self.others:
            return "it has no second model"
        if not self.judged_by:
            return "no suite judges a prompt that names it"
        if self.proven:
            return ""
        told = (f"{each.member.model}: {each.standing}" for each in self.others)
        return f"no second model is proven ({', '.join(told)})"


def of_chains(chains: Iterable[Chain]) -> Mapping[UUID, ChainParity]:
    """So many queries as there are suites, and one for all that was answered."""
    members = _members(chains)
    judging = suites.by_chain()
    looked_at = {each.suite.pk: runs.runs_of(each) for chain in members for each in judging.get(chain.slug, ())}
    answered = dict(_answered(members, judging, looked_at))
    counts = runs.counts_of(each for each in answered.values() if each)
    return {
        chain.pk: _parity(chain, rows, judging.get(chain.slug, ()), answered, counts) for chain, rows in members.items()
    }


type _Key = tuple[UUID, UUID]


def _members(chains: Iterable[Chain]) -> Mapping[Chain, Sequence[ChainMember]]:
    found: dict[Chain, list[ChainMember]] = {chain: [] for chain in chains}
    rows = ChainMember.objects.filter(chain__in=found).select_related("model__provider").order_by("position")
    by_id = {chain.pk: chain for chain in found}
    for row in rows:
        found[by_id[row.chain_id]].append(row)
    return found


def _answered(
    members: Mapping[Chain, Sequence[ChainMember]],
    judging: Mapping[str, Sequence[Judging]],
    looked_at: Mapping[UUID, Sequence[Run]],
) -> Iterator[tuple[_Key, Answered | None]]:
    for chain, rows in members.items():
        for each in judging.get(chain.slug, ()):
            for row in rows:
                found = runs.last_answered(looked_at[each.suite.pk], each, row.model.label)
                yield (each.suite.pk, row.model_id), found


def _parity(
    chain: Chain,
    rows: Sequence[ChainMember],
    judging: Sequence[Judging],
    answered: Mapping[_Key, Answered | None],
    counts: Mapping[tuple[UUID, str], Counts],
) -> ChainParity:
    def told(each: Judging, row: ChainMember) -> tuple[Answered | None, Counts]:
        found = answered[each.suite.pk, row.model_id]
        return found, counts[found.run.pk, found.arm] if found else _NOTHING

    def score(each: Judging, row: ChainMember) -> Score:
        if row is rows[0]:
            return of_first(each, *told(each, row))
        return of_other(each, *told(each, row), told(each, rows[0])[1])

    return ChainParity(
        chain, judging, [MemberParity(row, [score(each, row) for each in judging], row is rows[0]) for row in rows]
    )
