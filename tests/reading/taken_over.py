"""A process that reads as a file wants it to: what the file holds is what it says."""

import sys

if __name__ == "__main__":
    sys.stdout.write(sys.stdin.read())
