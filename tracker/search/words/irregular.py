"""Plurals that the stemmers keep apart from their singular: irregular ones, by word, and some by ending.

Snowball takes the ending of *mujer*, *étranger* or *examen* for one of a verb in the singular only.
"""

import re
from collections.abc import Iterator

_WORDS = {
    "en": """
        children:child women:woman men:man policewomen:policewoman policemen:policeman gunmen:gunman
        criteria:criterion analyses:analysis crises:crisis wives:wife housewives:housewife knives:knife
        thieves:thief appendices:appendix indices:index feet:foot lives:life halves:half selves:self
        passersby:passerby phenomena:phenomenon hypotheses:hypothesis theses:thesis bases:basis
        memoranda:memorandum spokesmen:spokesman spokeswomen:spokeswoman
    """,
    "fr": "lois:loi travaux:travail yeux:oeil aieux:aieul foyers:foyer",
    "es": "mujeres:mujer jovenes:joven",
}
_IRREGULAR = {language: dict(pair.split(":") for pair in pairs.split()) for language, pairs in _WORDS.items()}
_ENDINGS = {
    "fr": ((re.compile("(?<=..er)s$"), ""),),
    "es": ((re.compile("(?<=..)ces$"), "z"), (re.compile("(?<=..en)es$"), "")),
}


def singulars(language: str, folded: str) -> Iterator[str]:
    """The singulars that a folded word may be the plural of, as far as the stemmer would miss them."""
    if known := _IRREGULAR.get(language, {}).get(folded):
        yield known
    for ending, instead in _ENDINGS.get(language, ()):
        if ending.search(folded):
            yield ending.sub(instead, folded)
