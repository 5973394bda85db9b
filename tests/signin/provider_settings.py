"""What the provider's process and the tests both know."""

CLIENT, SECRET, PASSWORD = "tracker", "a secret between two servers", "four plain words together"
#: Another site that the provider knows; its tokens are made for `CLIENT`.
STRAY = "stray"
#: Each has an address at example.org; that of the last is not verified.
PEOPLE = ("judge", "other", "stranger", "unverified")
