"""The region's PostgreSQL, as a desk reaches it; loaded only where one is configured."""
