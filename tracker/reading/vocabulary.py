"""What came of reading a file, and what its pages are."""

from flask_babel import lazy_gettext as _l

from tracker.core.vocabulary import Vocabulary


class ReadingState(Vocabulary):
    """What came of reading a file; the label of a failure says why, to whoever may open the file."""

    READING = "reading", _l("It is being read.")
    READ = "read", _l("It has been read.")
    EMPTY = "empty", _l("it holds no text; perhaps its pages are pictures of pages.")
    LOCKED = "locked", _l("it opens with a password only.")
    DAMAGED = "damaged", _l("it is damaged, or it was made in a way that Tracker does not know.")
    TOO_LARGE = "too-large", _l("it unpacks to more than can be read.")
    TOO_SLOW = "too-slow", _l("reading it takes too long.")
    MISSING = "missing", _l("it is missing from the disk. Tell an administrator.")

    @property
    def is_failure(self) -> bool:
        """Whether there is no text, and there will be none."""
        return self not in (ReadingState.READING, ReadingState.READ)


class Unit(Vocabulary):
    """What a page of a file is in its kind of file."""

    PAGE = "page", _l("Page")
    SLIDE = "slide", _l("Slide")
    SHEET = "sheet", _l("Sheet")
    SECTION = "section", _l("Section")
    WHOLE = "whole", _l("Whole file")
