"""Reports as files: each format prints any document, and is loaded only when it is asked for."""
