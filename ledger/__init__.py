"""The record: what officials said, where and when, and every check of a page.

Used by the server, the workers and the command alike; imports none of them. Open it with `open_ledger`,
work in short transactions (`Ledger.session`), and go through the functions of `checks`, `articles`,
`officials` and `findings` rather than the tables.
"""

from ledger.database import Ledger, open_ledger

__all__ = ["Ledger", "open_ledger"]
