"""The program of the process that reads one file: its bytes come in, lines of JSON go out.

A file that crashes the library that reads it, or has it take memory and time without end, does no harm to the
site: this process bounds its memory, its processor time and the size of what it writes before it looks at the
first byte, knows no setting and no secret from its environment, and is killed when it does not end by itself.
It is no sandbox: it runs as the same system user, and could read and write what that user may.
"""

import os
import sys
from contextlib import suppress

from tracker.reading.office import read_docx, read_ods, read_odt, read_pptx
from tracker.reading.pages import Full, Limits, Pages, Unreadable
from tracker.reading.pdf import read_pdf
from tracker.reading.plain import read_csv, read_text
from tracker.reading.sheets import read_xlsx

try:
    import resource
except ImportError:  # other systems than Unix know no such limits; the time is bounded all the same
    resource = None  # type: ignore[assignment]

READERS = {
    "pdf": read_pdf,
    "docx": read_docx,
    "pptx": read_pptx,
    "xlsx": read_xlsx,
    "odt": read_odt,
    "ods": read_ods,
    "csv": read_csv,
    "txt": read_text,
}


def confine(limits: Limits) -> None:
    """Bound what this process may use; where the system knows no such limits, only its time is bounded."""
    with suppress(OSError, AttributeError):
        os.nice(10)
    if resource is None:
        return
    memory = limits.megabytes * 1024 * 1024
    bounds = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: limits.seconds,
        # What goes out is a file to the system.
        resource.RLIMIT_FSIZE: limits.most_bytes,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 32,
    }
    for what, most in bounds.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Read the file on standard input; the arguments are its ending and the four limits."""
    limits = Limits(*map(int, sys.argv[2:6]))
    confine(limits)
    pages = Pages(limits, sys.stdout.write)
    try:
        READERS[sys.argv[1]](sys.stdin.buffer.read(), pages)
        pages.say(state="empty" if pages.is_empty else "read", is_cut=pages.is_cut)
    except Full:
        pages.say(state="read", is_cut=True)
    except Unreadable as reason:
        pages.say(state=reason.state)
    except MemoryError:
        pages.say(state="too-large")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
