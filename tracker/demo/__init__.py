"""The demonstration: the two first workshops, and illustrative outcomes derived from reports of them."""
