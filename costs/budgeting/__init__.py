"""Budgets that hold: what a call may cost at most is reserved before it is made. How, and why so: docs/budgets.md."""
