"""A recent proof of who one is: asked for before factors are added or removed, and nowhere else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext as _

from tracker.core.db import now

#: For how long signing in, the password or a passkey counts as recent, in seconds.
RECENT = 600
#: Where the cookie remembers the last proof after signing in; signing in itself the library notes.
_KEY = "proved_at"


def note() -> None:
    """Remember that the person has just proved who they are."""
    session[_KEY] = now().timestamp()


def is_recent() -> bool:
    """Whether the person has proved who they are in the last minutes."""
    moment = now().timestamp()
    proofs = (session.get(_KEY, 0), session.get("fs_paa", 0))
    return any(-RECENT < moment - proof < RECENT for proof in proofs)


def recent_proof(view: Callable[..., Any]) -> Callable[..., Any]:
    """Open a page only to those who have recently proved who they are; others do so first and come back."""

    @wraps(view)
    def guarded(*arguments: Any, **named: Any) -> Any:
        if is_recent():
            return view(*arguments, **named)
        # What was sent is sent again by the person, who then sees again what it does.
        back = request.full_path.rstrip("?") if request.method == "GET" else url_for("signin.account")
        flash(_("Confirm first that it is you."), "info")
        return redirect(url_for("signin.prove", next=back), code=303)

    return guarded
