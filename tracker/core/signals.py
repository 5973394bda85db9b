"""What a lower room tells whoever listens, inside its own transaction; `app.py` connects the listeners."""

from blinker import Namespace

_signals = Namespace()

#: Sent with an outcome and `actor`, `parties`: whom a recommendation addresses from now on. A listener may
#: raise InvalidInput.
addressees_changed = _signals.signal("addressees-changed")

#: Sent with a person whose account is closed: what works for them without their signing in has to end.
account_closed = _signals.signal("account-closed")
