"""The roll call on a screen: big counters on top, everybody to count below."""
