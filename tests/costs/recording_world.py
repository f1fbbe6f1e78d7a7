"""A recorder whose clock stands still, and what it has recorded."""

from collections import Counter
from pathlib import Path

from costs.models import Call
from costs.recorder.recorder import Recorder
from tests.costs.factories import NOW


def recorder_of(folder: Path) -> Recorder:
    return Recorder(folder, wall=lambda: NOW)


def outcomes() -> dict[str, int]:
    return Counter(Call.objects.values_list("outcome", flat=True))
