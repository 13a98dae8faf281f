"""Pages of imports: a file or a pasted text, what was understood of it, corrections row by row, and what was made."""
