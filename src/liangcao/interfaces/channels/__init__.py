"""Transports of the outbox (mail, webhooks), and the job that turns what happened into messages for those who wait."""
