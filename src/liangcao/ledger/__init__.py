"""Ring 2: books, stock accounts, lots, moves and postings, kept append-only and chained. Looks at nobody above.

A posting has one source account, one target account and one whole quantity: it cannot be unbalanced. Callers use
`ledger.actions` and `ledger.queries`; nobody else touches the tables.
"""
