"""通行证: passes of supply vehicles with a signed code that a checkpoint verifies without a network.

Owns passes and the public keys that verify them; the private key lies in a file outside the database. A pass is never
changed: it is revoked, or another one follows it. Called by the desk and the API.
"""
