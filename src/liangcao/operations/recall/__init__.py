"""召回: lots that must not be used any more, everybody who holds them, and what each of them answered.

Nouns: Recall, RecallLot, RecallHolder, RecallAnswer. The stop itself is a lot fact, which the ledger's own rule reads;
this module is the document about it. Called by the desk, the portal and the API.
"""
