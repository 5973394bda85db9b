"""Proving who one is: sign-in, one-time links, second factors, sessions, and one's own account."""
