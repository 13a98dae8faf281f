"""标签: labels with a QR for lots and boxes, on sheets of A4 or one by one."""
