"""From the shelf to the unit's hands: pick lists, hand-over, receipt with shortage and damage, emergency issues.

Nouns: Delivery, DeliveryLine. Called by the desk, the portal, the API and the demo loader.
"""
