"""Imports: what somebody sent is kept, read in a process apart, corrected by people, and taken over whole or not at
all, by the same actions as the screens.

`reading` reads a kept file into rows, `names` finds what they name, `judging` says what is the matter with each,
`actions` is what people do, `taking` hands the rows of each kind to the actions of its module.
"""
