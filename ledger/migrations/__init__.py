"""Migrations of the ledger, run by `Ledger.migrate`."""
