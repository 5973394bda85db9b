"""What the provider's process and the tests both know."""

CLIENT, SECRET, PASSWORD = "tracker", "a secret between two servers", "four plain words together"
#: Each has an address at example.org; that of the last is not verified.
PEOPLE = ("judge", "other", "stranger", "unverified")
