"""Reports: each is a document made of the night and what was read of the past; how it is printed is another matter."""
