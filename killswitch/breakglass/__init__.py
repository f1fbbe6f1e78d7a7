"""Stops made past PostgreSQL, Redis and the console: files in the data folder, which gateways take up themselves.

It can only stop. No Django in here but in `reconcile`: the command must start fast, and without a database.
"""
