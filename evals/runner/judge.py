"""llm-rubric's judge: a model behind the same gateway."""

from typing import Any, Final, override

from evals.runner.answers import Asker
from evals.scoring.judging import Judge

MODEL: Final = "default"


class GatewayJudge(Judge):
    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    @override
    async def ask(self, prompt: list[dict[str, Any]]) -> str:
        return await self._asker.judge(prompt, MODEL)
