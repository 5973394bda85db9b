"""What people type about people and parties, checked: names, roles, parties by any spelling."""

import unicodedata
from collections.abc import Collection, Iterable

from flask_babel import gettext as _

from tracker.accounts import queries
from tracker.accounts.models import Party
from tracker.core.errors import InvalidInput
from tracker.core.i18n import enumerated
from tracker.core.vocabulary import RoleName

#: Longest name of a person or party, in characters.
LONGEST_NAME = 200
#: Signs without a shape of their own that some scripts need inside words.
_JOINERS = "\u200c\u200d"
#: Kinds of character that no name needs: controls, halves of a pair, and signs that turn or hide their
#: neighbours.
_NOT_IN_NAMES = ("Cc", "Cs", "Cf")


def clean_name(text: str, longest: int = LONGEST_NAME, field: str = "name") -> str:
    """The name in one line, without signs that would turn round or hide what stands beside it.

    Raises InvalidInput, on the form field `field`, when it is longer than `longest` characters.
    """
    words = " ".join(text.split())
    name = "".join(c for c in words if c in _JOINERS or unicodedata.category(c) not in _NOT_IN_NAMES).strip()
    if len(name) > longest:
        raise InvalidInput(_("Shorten this to %(count)s characters.", count=longest), field)
    return name


def clean_party_name(text: str, field: str) -> str:
    """As `clean_name`, for a party; also raises InvalidInput for a name without a letter or digit."""
    name = clean_name(text, field=field)
    if text.strip() and not any(character.isalnum() for character in name):
        raise InvalidInput(_("“%(name)s” is no name: it holds no letter.", name=name), field)
    return name


def checked_roles(names: Iterable[str]) -> list[RoleName]:
    """The roles with these names, none twice; raises InvalidInput for an unknown one, naming the known."""
    known = {str(role): role for role in RoleName}
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        if name not in known:
            message = _("There is no role “%(name)s”. Roles: %(known)s.", name=name, known=enumerated(known))
            raise InvalidInput(message, "roles")
    return [known[name] for name in wanted]


def checked_parties(spellings: Iterable[str]) -> list[Party]:
    """The parties that these spellings name, none twice; raises InvalidInput for an unknown one, with near
    names.
    """
    found, unknown = queries.resolve_parties(list(spellings))
    if unknown:
        near = queries.suggest_parties(unknown[0])
        message = _("There is no party “%(name)s”.", name=unknown[0])
        if near:
            message += " " + _("Did you mean: %(near)s?", near=enumerated(near))
        raise InvalidInput(message, "parties")
    return found


def check_parties_for(roles: Collection[RoleName], parties: Collection[Party]) -> None:
    """Raise InvalidInput when a role needs a party and there is none."""
    if RoleName.FOCAL_POINT in roles and not parties:
        raise InvalidInput(_("A focal point reports for a party: name the party too."), "parties")
    if RoleName.REVIEWER in roles and not parties:
        raise InvalidInput(_("A reviewer never assesses their own party: name that party too."), "parties")
