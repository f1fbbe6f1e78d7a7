"""Whether the models behind a chain hold the score of its first one, on the suites of the prompts that name it."""

from evals.parity.chains import ChainParity, MemberParity, of_chains
from evals.parity.scores import Score, Standing
from evals.parity.suites import Judging

__all__ = ["ChainParity", "Judging", "MemberParity", "Score", "Standing", "of_chains"]
