"""Function words of the four languages: not indexed in the stemmed fields, and never required by a query.

The lists are short on purpose. A query is analysed in every language, so a word listed for one language is
optional in a query of any other: a list must not hold what is a content word elsewhere (Spanish *estado*,
state; Spanish *sea* and English *sea*; English *no* and *not*, which turn a recommendation round). Words are
folded: lower case, without accents, Arabic normalised as by :func:`tracker.search.words.analysis.fold`.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENGLISH = _words(
    """
    a an and are as at be been but by for from had has have he his her if in into is it its of on or
    shall she so such than that the their them then there these they this those through to was were
    which who whose will with would
    """
)

FRENCH = _words(
    """
    a afin ai ainsi au aux avec ce ces cet cette dans de des dont du elle elles en est et eux il ils je
    la le les leur leurs lui ma mes mon ne nos notre nous on ont ou par pas pour qu que qui sa se ses
    soit son sont sur ta te tes ton tu un une vos votre vous y l d c j m n s t
    """
)

SPANISH = _words(
    """
    a al ante como con cual cuales de del desde e el ella ellas ellos en es esa esas ese eso esos esta
    estas este esto estos fue fueron ha han la las le les lo los mas mi mis ni nos o para pero por que
    quien se ser si su sus tambien un una unas uno unos y
    """
)

FILLERS = _words(
    """
    about concerning regarding recommendation recommendations said
    concernant propos sujet recommandation recommandations
    sobre acerca respecto recomendacion recomendaciones
    حول بخصوص توصيه توصيات التوصيه التوصيات
    """
)
"""Words around what people look for (*recommendations to Jordan about torture*): never required by a query
that asks for something else, but indexed."""

ARABIC = _words(
    """
    في من علي الي عن مع هذا هذه ذلك تلك التي الذي الذين اللذين اللتين ما لا لم لن ان انه انها كان كانت
    يكون تكون او ثم قد كل بعض بين عند غير هو هي هم هن نحن بها به لها له لهم فيها فيه منها منه عليها عليه
    وفي ومن وعلي والي وان ولا اي ايضا كما بما مما حيث اذا لدي خلال بشان و ف ب ل ك
    """
)
