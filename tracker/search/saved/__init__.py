"""Saved: searches kept under a name, their alerts and feeds, and the recent ones of a person."""
