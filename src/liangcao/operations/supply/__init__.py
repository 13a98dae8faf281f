"""筹措与入库: what is announced (gifts, purchases, allotments from above, output of factories) and what arrived of it.

A source is the advice, a receipt is one ledger move. What arrived may differ from the advice; nothing is edited
afterwards, a receipt is reversed whole or in part.
"""
