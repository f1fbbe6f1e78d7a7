"""llm-rubric's judge: a model behind the same gateway."""

from itertools import count
from typing import Any, override

from evals.planning import Unit
from evals.runner.answers import Asker, UnderWay
from evals.scoring.judging import Judge


class GatewayJudge(Judge):
    """Of one unit. Its checks are judged one after the other, always in the same order: each has a key of its own."""

    def __init__(self, asker: Asker, unit: Unit, model: str) -> None:
        self._asker, self._unit, self._model, self._numbers = asker, unit, model, count()
        # A scorer keeps to itself why it cannot tell; this is no reason that ends a unit.
        self.is_under_way = False

    @override
    async def ask(self, prompt: list[dict[str, Any]]) -> str:
        try:
            return await self._asker.judge(self._unit, next(self._numbers), prompt, self._model)
        except UnderWay:
            self.is_under_way = True
            raise
