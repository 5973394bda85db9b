"""Forms of saved searches."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from tracker.core.forms import BoxesField, SlugField, VersionedForm, text_field
from tracker.search.labels import Labels
from tracker.search.saved.models import LONGEST_NAME, LONGEST_QUERY, Alert, SavedSearch
from tracker.search.saved.service import SavedData
from tracker.search.saved.wanted import Wanted, as_of_today, checked


class SaveForm(VersionedForm):
    """Saving a search, or changing a saved one: then its words and filters, too."""

    name = text_field(_l("Name"), required=True, longest=LONGEST_NAME)
    query = text_field(_l("Words"), longest=LONGEST_QUERY)
    filters = BoxesField(_l("Filters"), description=_l("Take the mark away from those that are to go."))
    shared = BooleanField(
        _l("Offer it to everyone signed in"),
        description=_l(
            "Others then see your name, its name, its words and its filters. Whoever runs it finds what they "
            "may see themselves, and learns nothing of what you find."
        ),
    )
    alert = SlugField(_l("Mail about what is new"), Alert)

    def offer(self, wanted: Wanted, labels: Labels, titles: dict[str, str]) -> None:
        """Say which filters there are to keep: those of the search as it stands."""
        current = as_of_today(wanted, labels)
        self.filters.choices = [
            (f"{name}:{value}", f"{titles.get(name, name)}: {labels.of(name, value)}")
            for name, values in current.filters.items()
            for value in values
        ]

    def begin(self, wanted: Wanted, search: SavedSearch | None = None) -> None:
        """Fill in what a search asks for, and how it is kept."""
        self.query.data = wanted.query
        self.filters.data = [value for value, _label in self.filters.choices]
        self.alert.data = search.alert if search is not None else Alert.NONE
        self.name.data = search.name if search is not None else self._suggested(wanted)
        if search is not None:
            self.shared.data = search.shared
            self.version.data = str(search.version)

    def _suggested(self, wanted: Wanted) -> str:
        parts = [wanted.query, *(label.partition(": ")[2] for _value, label in self.filters.choices)]
        said = str(_(", ")).join(filter(None, parts)) or str(_("Everything new"))
        return said if len(said) <= LONGEST_NAME else said[: LONGEST_NAME - 1].rstrip() + "…"

    def as_data(self, wanted: Wanted) -> SavedData:
        """What was typed; raises InvalidInput for a search that is too long to be kept."""
        chosen: dict[str, list[str]] = {}
        for pair in self.filters.data or []:
            name, _colon, value = pair.partition(":")
            chosen.setdefault(name, []).append(value)
        return SavedData(
            name=self.name.data or "",
            wanted=checked(self.query.data or "", chosen, wanted.sort),
            shared=bool(self.shared.data),
            alert=self.alert.data or Alert.NONE,
        )
