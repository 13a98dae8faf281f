"""Pages of dispatch: deliveries, pick lists, hand-over, receipts, differences, emergency issues."""
