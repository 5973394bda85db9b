"""Reading workbooks of Excel."""

import io
import zipfile
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from tracker.reading.pages import Pages, Unreadable


def read_xlsx(content: bytes, pages: Pages) -> None:
    """Each sheet as a page, a row to a line; of a formula its last result."""
    pages.say(unit="sheet")
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for number, sheet in enumerate(book.worksheets, 1):
            # Without what the sheet says of its own size, which may be a million empty rows.
            sheet.reset_dimensions()
            rows = (
                " ".join(str(value) for value in row if value is not None)
                for row in sheet.iter_rows(values_only=True)
            )
            pages.add(number, "\n".join(filter(None, rows)), sheet.title)
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        DefusedXmlException,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
    ) as error:
        raise Unreadable("damaged") from error
