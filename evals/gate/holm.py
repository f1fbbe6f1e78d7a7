"""Several questions at one risk: Holm's correction. Pure."""

from collections.abc import Mapping


def holm(chances: Mapping[str, float]) -> dict[str, float]:
    """Every p made as large as asking so many questions makes it, to be held against alpha itself; order is kept.

    For metrics or slices that gate together: at most alpha of neutral changes are blocked by any of them.
    """
    adjusted: dict[str, float] = {}
    largest = 0.0
    for rank, name in enumerate(sorted(chances, key=chances.__getitem__)):
        largest = max(largest, min(1.0, (len(chances) - rank) * chances[name]))
        adjusted[name] = largest
    return {name: adjusted[name] for name in chances}
