"""The text of attached files, read page by page in a process of its own that can be killed."""
