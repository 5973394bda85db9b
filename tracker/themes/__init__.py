"""The thesaurus: concepts with labels in four languages, broader, narrower and related ones."""
