"""值守: what is open in a bureau at a moment, gathered from every module for the hand-over of a shift.

It reads the flow tables: a document whose state is somebody's turn is open. Nobody types what is left; the desk and the
API ask `queries.open_work`, show it, and give it to `duty.actions.sign_hand_over`, which freezes it.
"""
