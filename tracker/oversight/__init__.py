"""Oversight: the audit log, who may see what and why, emergency opening, and the settings."""
