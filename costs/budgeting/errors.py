from costs.budgeting.limits import Counter


class Exceeded(Exception):
    """This call could pass a budget; amounts in nano-dollars."""

    def __init__(self, counter: Counter, *, spent: int, held: int, asked: int) -> None:
        super().__init__(counter.name)
        self.counter, self.spent, self.held, self.asked = counter, spent, held, asked

    @property
    def is_only_held(self) -> bool:
        """It would fit once the calls under way have ended, if they cost little."""
        return self.spent + self.asked <= self.counter.budget.limit


class Unknown(Exception):
    """How the budgets stand cannot be told just now."""
