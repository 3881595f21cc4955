"""The work of a check, one package per step, and the Celery application that runs it.

Data moves forward only::

    url -> Page -> Article -> [Quote] -> [AttributedQuote] -> [Candidate] -> [Finding]

The step packages are plain functions over frozen dataclasses: they import neither Celery nor Flask nor
the ledger. Only `pipeline` joins them and only `tasks` and `record` know how things are stored.
"""
