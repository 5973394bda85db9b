"""Every country of ISO 3166-1 and Kosovo, with the spellings that people type.

Names come from the Unicode CLDR, codes and formal names (in the four languages) from the ISO tables of
`pycountry`; what neither holds, but people write, stands in `ALSO`.
"""

import gettext
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pycountry

from tracker.core.i18n import territory_names

#: Kosovo has no ISO 3166-1 code; XK and XKX are what the European Union and CLDR use.
KOSOVO = "XK"

#: What people type and no table holds.
ALSO: dict[str, tuple[str, ...]] = {
    "AE": ("UAE", "EAU", "Émirats arabes unis", "الإمارات"),
    "BA": ("BiH", "Bosnia", "Bosnie", "البوسنة"),
    "BN": ("Brunei",),
    "BO": ("Bolivie",),
    "BY": ("Belorussia", "Biélorussie", "Bielorrusia"),
    "CD": ("DRC", "DR Congo", "RDC", "RD Congo", "Democratic Republic of Congo", "Congo (Kinshasa)"),
    "CF": ("CAR", "RCA"),
    "CG": ("Republic of Congo", "République du Congo", "República del Congo", "Congo (Brazzaville)"),
    "CI": ("Ivory Coast", "Costa de Marfil", "كوت ديفوار"),
    "CN": ("PRC", "People's Republic of China"),
    "CV": ("Cape Verde", "Cap-Vert"),
    "CZ": ("Czech Republic", "République tchèque", "República Checa", "جمهورية التشيك"),
    "DO": ("Dominican Rep.",),
    "EH": ("Sahrawi",),
    "FK": ("Malvinas",),
    "FM": ("Micronesia",),
    "GB": ("UK", "U.K.", "Great Britain", "Britain", "Grande-Bretagne", "Gran Bretaña", "بريطانيا"),
    "GM": ("Gambia", "The Gambia"),
    "GW": ("Guinea Bissau",),
    "HK": ("Hong Kong",),
    "IR": ("Islamic Republic of Iran",),
    "KP": ("DPRK", "Korea (North)", "RPDC"),
    "KR": ("ROK", "Korea (South)", "République de Corée", "República de Corea", "جمهورية كوريا"),
    "LA": ("Lao PDR", "Laos"),
    "LY": ("Libyan Arab Jamahiriya",),
    "MK": ("Macedonia", "Macédoine", "FYROM", "The former Yugoslav Republic of Macedonia"),
    "MM": ("Burma", "Birmanie", "Birmania", "Myanmar"),
    "MO": ("Macau", "Macao"),
    "NL": ("Holland", "The Netherlands"),
    "PS": ("Palestine", "Palestina", "Estado de Palestina", "État de Palestine", "فلسطين", "دولة فلسطين"),
    "RU": ("Russia", "Fédération de Russie", "Federación de Rusia", "الاتحاد الروسي"),
    "SA": ("KSA",),
    "ST": ("Sao Tome",),
    "SY": ("Syria", "République arabe syrienne", "República Árabe Siria", "الجمهورية العربية السورية"),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Turkey", "Turkiye"),
    "TZ": ("Tanzania",),
    "US": ("U.S.A.", "U.S.", "États-Unis d'Amérique", "Estados Unidos de América", "EE. UU.", "EEUU"),
    "VA": ("Holy See", "Vatican", "Saint-Siège", "Santa Sede", "الكرسي الرسولي"),
    "VE": ("Venezuela",),
    "VN": ("Vietnam", "Viet Nam"),
    KOSOVO: ("XKX", "Kosovo*", "Republic of Kosovo", "UNMIK/Kosovo", "Kosova"),
}


@dataclass(frozen=True, slots=True)
class Country:
    """A country as it is loaded: its code (alpha-2), its names by language, and its other spellings."""

    code: str
    names: dict[str, str]
    aliases: list[str]


def _formal_names(entry: Any) -> Iterator[str]:
    """The names that the ISO tables hold for one entry, in the four languages."""
    english = [entry.name, getattr(entry, "official_name", None), getattr(entry, "common_name", None)]
    written = [name for name in english if name]
    yield from written
    for language in ("fr", "es", "ar"):
        words = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True)
        yield from (words.gettext(name) for name in written)


def _turned(name: str) -> Iterator[str]:
    """The name, and what an inverted one ("Korea, Republic of") reads like when it is put right."""
    yield name
    head, comma, tail = name.partition(", ")
    if comma:
        yield f"{tail} {head}"
        yield f"{head} ({tail})"


def _country(code: str, spellings: list[str]) -> Country:
    names = territory_names(code)
    known = set(names.values())
    aliases = dict.fromkeys(turned for name in spellings for turned in _turned(name))
    return Country(code, names, [alias for alias in aliases if alias not in known])


def all_countries() -> list[Country]:
    """The 249 countries of ISO 3166-1 and Kosovo, by code."""
    rows = [
        _country(entry.alpha_2, [entry.alpha_3, *_formal_names(entry), *ALSO.get(entry.alpha_2, ())])
        for entry in pycountry.countries
    ]
    rows.append(_country(KOSOVO, list(ALSO[KOSOVO])))
    return sorted(rows, key=lambda row: row.code)
