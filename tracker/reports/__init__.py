"""The home page, the overview in figures, and what leaves Tracker as files."""
