"""Names of files as people see them: clean, never a path, never misleading about the ending."""

import re
import unicodedata
from urllib.parse import quote

#: Longest name that is kept, in characters; what is over is cut off at the front.
LONGEST_NAME = 200

#: Longest name in bytes of UTF-8: file systems take 255, and browsers add " (1)" to a second download.
_LONGEST_BYTES = 240

#: What separates folders, drives, streams and patterns on some system.
_SEPARATORS = frozenset('/\\:*?"<>|')

#: Controls, writing directions and other invisible signs, halves of signs, private and unknown ones.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})

#: Names that Windows gives to devices, whatever ending follows.
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.I)

#: A further ending inside a name: a dot, then letters and digits, then a dot or the end.
_INNER_ENDING = re.compile(r"\.(?=[A-Za-z][A-Za-z0-9]{0,5}(?:\.|$))")

#: What is left out of the plain name; the percent sign too, because some programs decode it.
_PLAIN = re.compile(r"[^A-Za-z0-9_.() -]")


def ending_of(name: str) -> str:
    """The ending of a name as it is shown, in small letters without its dot; empty when there is none."""
    _stem, dot, ending = _cleaned(name).rpartition(".")
    return ending.lower() if dot else ""


def shown_name(name: str) -> str:
    """The name that people see and download: one line, no folders, one ending, which the name must have.

    What no name may hold becomes an underscore or goes; an ending inside the name loses its dot, so that
    "invoice.exe.pdf" reads "invoice_exe.pdf"; letters of every script stay.
    """
    stem, _dot, _ending = _cleaned(name).rpartition(".")
    ending = ending_of(name)
    stem = _trimmed(_INNER_ENDING.sub("_", _trimmed(stem)))
    stem = _trimmed(stem[-(LONGEST_NAME - len(ending) - 2) :])
    while len(stem.encode()) > _LONGEST_BYTES - len(ending) - 2:
        stem = stem[1:]
    stem = _trimmed(stem) or "file"
    if _DEVICES.fullmatch(stem.partition(".")[0].strip()):
        stem = f"_{stem}"
    return f"{stem}.{ending}"


def disposition(shown: str) -> dict[str, str]:
    """The parameters of Content-Disposition for a shown name, as RFC 6266 wants them: a plain one for old
    programs, and the real one.
    """
    decomposed = unicodedata.normalize("NFKD", shown).encode("ascii", "ignore").decode()
    stem, dot, ending = _PLAIN.sub("_", decomposed).rpartition(".")
    plain = f"{_trimmed(stem) or 'file'}.{ending}" if dot else ending or "file"
    if plain == shown:
        return {"filename": plain}
    return {"filename": plain, "filename*": f"UTF-8''{quote(shown, safe='!#$&+-.^_`|~')}"}


def _cleaned(name: str) -> str:
    """The last part of what may be a path, without what cannot be seen, and without dots at the end."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    signs = (_sign(c) for c in unicodedata.normalize("NFC", last))
    return " ".join("".join(signs).split()).rstrip(". ")


def _sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if sign.isspace() or category in ("Zl", "Zp"):
        return " "
    if category in _UNSEEN:
        return ""
    # Also signs that look like one of these, such as the fraction slash or the one-dot leader.
    plain = unicodedata.normalize("NFKC", sign)
    if sign != "." and any(c in _SEPARATORS or c == "." for c in plain) or sign in "⁄∕⧵⧸":
        return "_"
    return sign


def _trimmed(stem: str) -> str:
    # A dot at the front hides a file on some systems, and a combining sign has nothing to combine with.
    stem = stem.strip(" .")
    while stem and unicodedata.combining(stem[0]):
        stem = stem[1:].strip(" .")
    return stem
