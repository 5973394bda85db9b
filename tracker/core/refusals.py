"""Why a file is refused: each sentence says what is wrong with it and what to do."""

from typing import Any

from flask_babel import gettext as _

from tracker.core.errors import InvalidInput


def _refusal(sentence: Any) -> InvalidInput:
    return InvalidInput(sentence, "file")


def not_taken(known: str) -> InvalidInput:
    """A type that cannot be attached; `known` lists those that can."""
    return _refusal(_("This type of file cannot be attached. Use one of: %(known)s.", known=known))


def empty() -> InvalidInput:
    """Nothing in it."""
    return _refusal(_("The file is empty. Choose another."))


def too_large(megabytes: int) -> InvalidInput:
    """More bytes than the setting allows."""
    return _refusal(
        _(
            "The file is larger than %(limit)s MB. Make its pictures smaller, or split it, and attach that.",
            limit=megabytes,
        )
    )


def unlike(ending: str, found: Any = None) -> InvalidInput:
    """The content is not what the ending says; `found` says what it is, if one can tell."""
    if found is None:
        return _refusal(
            _(
                "The name ends in .%(ending)s, but the content is something else. "
                "Save it anew in the program that made it, and attach that.",
                ending=ending,
            )
        )
    return _refusal(
        _(
            "The name ends in .%(ending)s, but the file is %(found)s. "
            "Save it as what its name says, or choose another file.",
            ending=ending,
            found=found,
        )
    )


def cut_off() -> InvalidInput:
    """The end of the file is missing."""
    return _refusal(_("The file has no end: it was cut off on its way. Copy it again and attach the copy."))


def damaged() -> InvalidInput:
    """Built as no program builds it."""
    return _refusal(
        _("The file is damaged, or built in an unusual way. Open it, save it anew and attach the new one.")
    )


def surplus() -> InvalidInput:
    """Something before, after or between what belongs to the file."""
    return _refusal(
        _(
            "Something that does not belong to it is hidden in the file or stands behind its end. "
            "Open it, save it anew and attach the new one."
        )
    )


def locked() -> InvalidInput:
    """Encrypted."""
    return _refusal(
        _("The file is protected by a password. Save it without the password, and attach it again.")
    )


def macros() -> InvalidInput:
    """It brings programs of its own."""
    return _refusal(_("The file contains macros. Save it without them, or as PDF, and attach that."))


def objects() -> InvalidInput:
    """It has objects of other programs inside."""
    return _refusal(
        _(
            "The file contains objects of other programs. "
            "Paste them as pictures, or save the file as PDF, and attach that."
        )
    )


def fetches() -> InvalidInput:
    """Opening it makes the office program ask another server for a part of it."""
    return _refusal(
        _(
            "When it is opened, the file fetches a template, a picture or another part from elsewhere. "
            "Detach it, or save the file as PDF, and attach that."
        )
    )


def unpacks_too_large() -> InvalidInput:
    """Far larger inside than it looks."""
    return _refusal(
        _("Unpacked, the file is far too large. Split it, or save it as PDF, and attach the parts.")
    )


def definitions() -> InvalidInput:
    """XML with a document type definition, which can grow without bound or fetch what it likes."""
    return _refusal(
        _(
            "The file contains XML definitions (DTD), which office programs do not write. "
            "Save it anew in an office program, or as PDF, and attach that."
        )
    )


def not_text() -> InvalidInput:
    """Signs that no text has."""
    return _refusal(
        _("This is no plain text: it holds signs that no text has. Save it as text in UTF-8 and attach that.")
    )
