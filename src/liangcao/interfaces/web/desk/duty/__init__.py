"""值守: who is on call, the roster with swaps, hand-overs, tasks, the groups of the emergency and the contact list."""
