"""Reading PDF files."""

import io
import re

from pypdf import PageObject, PdfReader
from pypdf.errors import LimitReachedError, PyPdfError

from tracker.reading.direction import holds_arabic, in_reading_order
from tracker.reading.pages import Full, Pages, Unreadable

#: A word that was parted at the end of a line; the search takes it for the joined word and for its parts.
_PARTED = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\s*\n\s*(?=[^\W\d_])")


def read_pdf(content: bytes, pages: Pages) -> None:
    """The text of each page; one that is damaged is passed over, unless no other holds text."""
    pages.say(unit="page")
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("locked")
        count = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise Unreadable("damaged") from error
    bad, reason = 0, "damaged"
    for number in range(count):
        try:
            text = _text_of(reader.pages[number])
        except (MemoryError, Full):
            raise
        except LimitReachedError:
            bad, reason = bad + 1, "too-large"
        # Whatever a library meets in one page of a damaged file says nothing about the other pages.
        except Exception:
            bad += 1
        else:
            pages.add(number + 1, _PARTED.sub("-", text))
    if bad and pages.is_empty:
        raise Unreadable(reason)
    pages.is_cut = bool(bad)


def _text_of(page: PageObject) -> str:
    text = page.extract_text()
    if not holds_arabic(text):
        return text
    # By place on the page: the order in which signs are drawn says little about Arabic.
    return in_reading_order(page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False))
