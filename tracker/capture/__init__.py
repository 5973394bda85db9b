"""Taking outcomes in from files: what a file may hold, reading and checking it, and saving what it says."""
