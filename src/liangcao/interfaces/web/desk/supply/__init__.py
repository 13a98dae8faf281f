"""Pages of sources and receipts: what was announced, what arrived, what is missing."""
