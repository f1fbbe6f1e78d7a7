"""The decision: is head worse than base by more than the margin? Pure.

Two looks at base and head asked at the same time, or one look at two files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from evals.gate import must_pass, sentences
from evals.gate.comparison import Comparison, compare
from evals.gate.rules import REPEATS, Rules
from evals.gate.tally import Tally
from evals.gate.verdict import AskAgain, LookAgain, Outcome, Verdict

DEFAULT: Final = Rules()
_NOBODY: Final[Mapping[str, Tally]] = MappingProxyType({})


def judge(
    tallies: Sequence[Tally],
    *,
    look: int,
    unmeasured: int = 0,
    rules: Rules = DEFAULT,
    asked_again: Mapping[str, Tally] = _NOBODY,
) -> Verdict | LookAgain | AskAgain:
    """`tallies`: all runs so far, once a case. `unmeasured`: answers among them that nobody could score.

    `asked_again`: what became of the last `AskAgain`, by case; these runs are not in `tallies`.
    """
    seen = compare(tallies, unmeasured, rules, alpha=rules.alpha_at(look), look=look, concurrent=True)
    if isinstance(seen, Verdict):
        return seen
    if seen.outcome is Outcome.INCONCLUSIVE and look < len(REPEATS):
        return LookAgain(REPEATS[look])
    suspects = must_pass.suspects(tallies)
    if seen.outcome is Outcome.BLOCKED or not suspects:
        return seen.verdict({}, {}, unknown=Outcome.INCONCLUSIVE)
    if new := tuple(case for case in suspects if case not in asked_again):
        return AskAgain(new, must_pass.TIMES)
    return seen.verdict(must_pass.asked_again(suspects, asked_again), asked_again, unknown=Outcome.COULD_NOT_MEASURE)


def judge_once(
    tallies: Sequence[Tally],
    *,
    unmeasured: int = 0,
    rules: Rules = DEFAULT,
    concurrent: bool = False,
    new: Sequence[Tally] = (),
) -> Verdict:
    """With what is there, as nothing can be asked again: a must-pass case that only may be broken needs a person.

    `new`: cases that only head has. They are named, and a must-pass one of them that does not pass needs a person too.
    """
    seen = compare(tallies, unmeasured, rules, alpha=rules.alpha, look=1, concurrent=concurrent)
    if isinstance(seen, Comparison):
        counts = {tally.case: tally for tally in tallies}
        seen = seen.verdict(must_pass.alone(tallies), counts, unknown=Outcome.INCONCLUSIVE)
    said = (*seen.sentences, *sentences.of_new([tally.case for tally in new]))
    return _with_unproved(replace(seen, sentences=said), must_pass.unproved(new))


def _with_unproved(seen: Verdict, new: Sequence[Tally]) -> Verdict:
    said = tuple(map(sentences.of_new_must_pass, new))
    if not new or seen.verdict is not Outcome.PASSED:
        return replace(seen, sentences=(*seen.sentences, *said))
    against = (*seen.must_pass, *(tally.case for tally in new))
    return replace(seen, verdict=Outcome.INCONCLUSIVE, must_pass=against, sentences=(*said, *seen.sentences))
