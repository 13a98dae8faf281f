"""盘点与报损: count sheets, what ends when, write-offs."""
