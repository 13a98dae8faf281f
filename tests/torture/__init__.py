"""The product from outside: its server, its worker and its database are killed while clients write; then what it says
is held against what the clients wrote down. HTTP and command line only; SQL only where a test tampers.

`system` starts and kills it, `client` sends and keeps a journal, `workload` thinks of what to send, `checkers` judge,
`planted` is the product with one bug put in: the rig must report each of them. How to run it by night:
docs/how-to/torture.md.
"""
