"""Who fetches goods at a store and when: slots with a capacity, turns, notices, check-in, hand-over at the counter.

Nouns: PickUp, PickUpSlot, PickUpTurn. Called by the desk, the portal and the API.
"""
