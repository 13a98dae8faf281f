"""车队与提货: the vehicles that carry for the bureau, and the trips on which they fetch goods at their maker.

Owns the fleet and inbound trips with who drives and escorts them. What is in the book comes from the receipt of supply,
never from a trip. Called by the desk and the API.
"""
