"""The middle floor: one sqlite-utils store, one durable transaction an action, a journal of every row."""
