"""Tracker: joint recommendations and best practices, logged, found again and followed up."""

from importlib import metadata

try:
    __version__ = metadata.version("tracker-outcomes")
except metadata.PackageNotFoundError:  # running from a source tree that was never installed
    __version__ = "0.0.0"
