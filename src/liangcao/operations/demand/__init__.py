"""需求: requisitions with their lines, the review, what was allotted and delivered on each line, and what is still open.

Units file through the portal, the desk files for a caller. Allocation reads `queries.open_lines`; allocation and
dispatch tell this module what they gave with `actions.note_fulfilments`.
"""
