"""Work done after the request: a table of jobs in the database, run by a worker process.

A job is a row written in the transaction that needs it, so it exists exactly when its cause
does. The huey queue only wakes the worker; whatever it loses is found again in the table.
"""
