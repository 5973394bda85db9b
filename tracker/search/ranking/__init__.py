"""Ranking: which documents answer a question, in which order, with which facets, reasons and passages."""
