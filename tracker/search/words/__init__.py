"""Words: how a text of each language is cut, folded and stemmed, and which words resemble one another."""
