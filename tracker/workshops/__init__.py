"""Workshops: dated meetings, who hosted and took part, who reports, and their files."""
