"""People learn of every change of a stop: what is told, to whom, and how it gets there."""
