"""The catalogues of the interface in French, Spanish and Arabic."""
