"""What became of outcomes: commitments and adoptions, what was claimed, what was found, and the evidence."""
