"""预测: norms of the bureau, days from which units need more, and what will be missing in the days to come.

Owns norms and need events. Reads demand, supply and the ledger; allocation takes norms and gaps from here.
"""
