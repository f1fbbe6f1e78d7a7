"""What a change of a part touches: prompts, features, suites, calls and money. What pages and API share."""

from evals.impact.index import Held, Part, Passage, index
from evals.impact.lines import Judging, Line, Place, lines_of
from evals.impact.reading import Impact, read

__all__ = ["Held", "Impact", "Judging", "Line", "Part", "Passage", "Place", "index", "lines_of", "read"]
