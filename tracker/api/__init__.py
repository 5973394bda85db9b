"""JSON over the same services as the pages, for programs with a bearer token."""
