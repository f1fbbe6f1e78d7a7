"""Of each chain: whether a second model is proven, and how its last drill ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from evals.parity import ChainParity, Standing, of_chains
from gateway.models import Chain, ChainDrill


@dataclass(frozen=True, slots=True)
class Secondary:
    parity: ChainParity
    # The newest that is over, of its models as they are now: of others it proves nothing.
    drill: ChainDrill | None

    @property
    def is_worse(self) -> bool:
        """It was measured, and none of them holds what the first one reaches."""
        said = {each.standing for each in self.parity.others}
        return Standing.FAILS in said and not self.parity.proven


def by_chain(at: datetime) -> Mapping[str, Secondary]:
    chains = list(Chain.objects.all())
    parity = of_chains(chains)
    over = ChainDrill.objects.finished().filter(finished_at__lte=at)
    newest = over.order_by("chain", "members", "-id").distinct("chain", "members")
    drills = {drill.chain_id: drill for drill in newest if drill.is_of(parity[drill.chain_id].labels)}
    return {chain.slug: Secondary(parity[chain.pk], drills.get(chain.pk)) for chain in chains}
