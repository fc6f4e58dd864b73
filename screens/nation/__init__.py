"""The nation on screen: every region a row."""
