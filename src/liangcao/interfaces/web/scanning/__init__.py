"""扫码: what a code leads to, for a page, for a script of a page, and for a phone's own camera."""
