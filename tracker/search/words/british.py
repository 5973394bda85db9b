"""British spellings of English words, turned into the American ones that Snowball's stemmer was written for.

Only spellings that the stemmer leaves apart are here: *organise* and *organize*, *defence* and *defense*,
*centre* and *center*, *behaviour* and *behavior*, *programme* and *program*, *travelled* and *traveled*.
"""

import re

# Verbs in -ise that no English writes with a z; their nouns (supervision, advice) keep their stem.
_ALWAYS_ISE = re.compile(
    "adv|advert|appr|ar|chast|circumc|cl|comprom|compr|conc|cru|br|bru|dem|desp|dev|disgu|"
    "enfranch|enterpr|exc|exerc|expert|franch|gu|improv|inc|lic|likew|merchand|no|otherw|po|"
    "porpo|pra|prec|prem|pr|prom|ra|repr|rev|sunr|superv|surm|surpr|telev|trea|treat|turquo|upr|"
    "v|w"
)
_ISE = re.compile(r"([a-z]{2,})is(e|ed|es|er|ers|ing|ation|ations|ational|able)")
_LYSE = re.compile(r"([a-z]+ly)z(e|ed|es|er|ers|ing)")
_OUR = re.compile(
    "(arm|behavi|cand|clam|col|demean|enam|endeav|fav|ferv|flav|harb|hon|hum|lab|misdemean|neighb|parl"
    "|ranc|rig|rum|sav|splend|succ|tum|val|vap|vig)our"
)
_RE = re.compile("(cent|theat|met|lit|fib|calib|sab|spect|lust|somb|meag|och)re(s|d)?")
_CE = re.compile("(def|off|pret|lic)ence(s|d|less)?")
_OG = re.compile("(catal|dial|anal|monol|epil|prol)og(s)?")
_DOUBLE_L = re.compile(
    "(cancel|channel|counsel|enrol|equal|fuel|fulfil|initial|instal|jewel|label|level|marshal|model|panel"
    "|quarrel|signal|total|travel|tunnel)l(ed|ing|er|ers|or|ors|ery|ment|ments|s)?"
)
_WORDS = {
    "programme": "program",
    "programmes": "programs",
    "judgement": "judgment",
    "judgements": "judgments",
    "acknowledgement": "acknowledgment",
    "ageing": "aging",
    "grey": "gray",
    "practise": "practice",
    "practised": "practiced",
    "practises": "practices",
    "practising": "practicing",
    "skilful": "skillful",
    "wilful": "willful",
    "wilfully": "willfully",
    "installment": "instalment",
    "installments": "instalments",
    "fulfillment": "fulfilment",
    "enrollment": "enrolment",
    "sceptical": "skeptical",
    "sceptic": "skeptic",
    "manoeuvre": "maneuver",
    "manoeuvres": "maneuvers",
    "aluminium": "aluminum",
    "cosy": "cozy",
    "plough": "plow",
}
_BEGINNINGS = (
    ("paed", "ped"),
    ("anaes", "anes"),
    ("archae", "arche"),
    ("encyclopae", "encyclope"),
    ("haem", "hem"),
)


def american(word: str) -> str:
    """The American spelling of a folded English word; other words are answered as they are."""
    if not word.isascii() or len(word) < 4:
        return word
    for beginning, other in _BEGINNINGS:
        if word.startswith(beginning):
            word = other + word[len(beginning) :]
    if known := _WORDS.get(word):
        return known
    if (found := _ISE.fullmatch(word)) and not _ALWAYS_ISE.fullmatch(found[1]):
        return f"{found[1]}iz{found[2]}"
    if found := _LYSE.fullmatch(word):
        # "Analyses" is the plural of "analysis" too, so it is the s that stays.
        return f"{found[1]}s{found[2]}"
    if found := _RE.fullmatch(word):
        return f"{found[1]}er{'ed' if found[2] == 'd' else found[2] or ''}"
    if found := _CE.fullmatch(word):
        return f"{found[1]}ense{found[2] or ''}"
    if found := _OG.fullmatch(word):
        return f"{found[1]}ogue{found[2] or ''}"
    if found := _DOUBLE_L.fullmatch(word):
        return f"{found[1]}{found[2] or ''}"
    return _OUR.sub(r"\1or", word)
