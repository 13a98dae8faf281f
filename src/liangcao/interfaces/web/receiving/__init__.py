"""The pages behind the QR of a slip: whoever receives the goods signs for them without an account."""
