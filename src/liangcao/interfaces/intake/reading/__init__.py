"""Reading what people send: text or workbook in, typed lines out. Pure Python: no Django, no database, no network.

`text` reads a message, `files` opens a workbook into grids, `tables` reads grids, `catalogue` says which item is meant.
"""
