"""盘点与报损: blind stock counts of a store, and the writing-off of goods that cannot be used.

A count compares what a person saw with what the book held at that moment; two people sign, then the ledger gets one
`count` move. A write-off is asked for by one person and approved by another. Called by the desk and the API.
"""
