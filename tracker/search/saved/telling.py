"""How much of an outcome is told outside Tracker, in mails and feeds, to somebody who may read it."""

from tracker.core.addresses import public_address
from tracker.core.vocabulary import Handling
from tracker.outcomes.models import Outcome

#: Labels under which the beginning of a text may leave Tracker.
_OPEN = (Handling.CLEAR, Handling.GREEN)


def told_title(outcome: Outcome) -> str:
    """What the outcome is called outside Tracker, in the language of the page; empty when that is not told.

    Mail and readers of feeds pass through hands that the label does not name. So nothing of a text that is
    marked AMBER or higher leaves, not even in place of a title, and of what is RED its reference alone.
    """
    shown = outcome.shown
    if outcome.handling in _OPEN:
        return shown.headline
    return "" if outcome.handling is Handling.RED else shown.title


def entry(outcome: Outcome) -> str:
    """What a mail says of an outcome, in the language of the page: reference and label, title, address."""
    title, address = told_title(outcome), public_address("outcomes.detail", ref=outcome.ref)
    return "\n".join(filter(None, (f"{outcome.ref} [{outcome.handling}]", title, address)))
