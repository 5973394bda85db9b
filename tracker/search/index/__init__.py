"""Index: the segments on disk, sealed block by block, and their postings read once into arrays."""
