"""Coming in and going out: log-in, log-out, the current bureau, the language."""
