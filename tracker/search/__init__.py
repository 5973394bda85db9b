"""Search: what is indexed, the query language, the engine over Whoosh, and the ranking over its postings."""
