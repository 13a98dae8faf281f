"""单位手里的货: what units that have signed for goods give back, and to which wards, villages, workshops they give them on.

Nouns: UnitReturn, UnitReturnLine, SubIssue. A return is a move of the ledger; a sub-issue is what the unit declares:
the book keeps the goods with the unit. Called by the desk, the portal and the API.
"""
