"""One small world that tests share, made through actions only."""
