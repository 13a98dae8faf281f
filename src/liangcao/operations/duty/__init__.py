"""值守: the working groups of an emergency and their members, the duty roster with swaps and hand-overs, and tasks 交办.

Nouns: working group, member, duty post, shift, swap, hand-over, task. Bottom of operations: it knows people and
emergencies and no document of the other modules. What is open in the bureau is gathered above (`oversight.watch`) and
handed to `actions.sign_hand_over`, which freezes it. Called by the desk's pages, the API and the demo.
"""
