"""Asking: what somebody typed, read into a tree of words, phrases and filters, widened by the thesaurus."""
