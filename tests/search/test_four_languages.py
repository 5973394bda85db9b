"""What people of this field call by different words, in four languages: each word finds all the others."""

from tests.search.corpus import PUBLIC, outcome
from tests.search.test_names import TODAY
from tracker.search.asking.parser import parse
from tracker.search.engine import SearchRequest
from tracker.search.thesaurus import thesaurus

#: A group a line: what is said for one thing in English, French, Spanish and Arabic.
TABLE = """
prisoners, inmates, detainees | détenus, prisonniers | presos, reclusos | السجناء, النزلاء
women prisoners | femmes détenues | mujeres presas, mujeres reclusas | السجينات
female prisoners, female inmates | détenues | reclusas | النزيلات, النساء السجينات
overcrowding | surpopulation carcérale | hacinamiento, hacinamiento carcelario | اكتظاظ السجون, الاكتظاظ
prison staff, prison officers | personnel pénitentiaire | personal penitenciario | موظفو السجون
prison health | santé en prison | sanidad penitenciaria | الرعاية الصحية في السجون
solitary confinement | mise à l'isolement | régimen de aislamiento | الحبس الانفرادي
pretrial detention, remand | détention provisoire | prisión preventiva | الحبس الاحتياطي
non-custodial alternatives | alternatives à la prison | penas alternativas | بدائل السجن
community service | travail d'intérêt général | trabajo en beneficio de la comunidad | العمل للمنفعة العامة
bail | libération sous caution | libertad bajo fianza | الإفراج بكفالة
parole | libération conditionnelle | libertad condicional | الإفراج المشروط
probation | service de probation | libertad vigilada | الوضع تحت الاختبار
juveniles | mineurs | menores | الأحداث
children | enfants | niños | الأطفال
witnesses | témoins | testigos | الشهود
witness protection | protection des témoins | protección de testigos | حماية الشهود
victims | victimes | víctimas | الضحايا
judges | juges | jueces | القضاة
prosecutors | procureurs | fiscales | النيابة العامة, المدعون العامون
lawyers | avocats | abogados | المحامون
police | forces de l'ordre | policía | الشرطة
border, borders | frontière, frontières | frontera, fronteras | الحدود
border surveillance | surveillance des frontières | vigilancia de fronteras | مراقبة الحدود
border control | contrôle des frontières | control fronterizo | ضبط الحدود
asylum | droit d'asile | asilo | طالبو اللجوء
refugees | réfugiés | refugiados | اللاجئون
unaccompanied minors | mineurs non accompagnés | menores no acompañados | القاصرون غير المصحوبين
migrants | migration irrégulière | migrantes | المهاجرون
smuggling of migrants | trafic de migrants | contrabando de migrantes | تهريب المهاجرين
human trafficking, trafficking in persons | traite des êtres humains | trata de personas | الاتجار بالبشر
drug trafficking | trafic de stupéfiants | narcotráfico | تهريب المخدرات
terrorism, counterterrorism | lutte antiterroriste | terrorismo | الإرهاب, مكافحة الإرهاب
radicalisation, radicalization | radicalisation violente | radicalización | نشر التطرف
returnees | combattants de retour | retornados | العائدون
return of migrants, deportation | éloignement | deportación | ترحيل المهاجرين
torture, ill-treatment | mauvais traitements | tortura, malos tratos | تعذيب, التعذيب
extradition | procédure d'extradition | extradición | تسليم المجرمين, تسليم المطلوبين
mutual legal assistance | entraide pénale | asistencia jurídica mutua | المساعدة القانونية المتبادلة
"""


def groups() -> list[list[tuple[str, str]]]:
    """The groups of the table: words with their language."""
    lines = (line.split(" | ") for line in TABLE.strip().splitlines())
    languages = ("en", "fr", "es", "ar")
    return [
        [(word, lang) for lang, cell in zip(languages, cells, strict=True) for word in cell.split(", ")]
        for cells in lines
    ]


def ask(engine, names, typed):
    query = names.expand(parse(typed))
    return engine.search(SearchRequest(query=query, access=PUBLIC, today=TODAY, limit=1000))


def test_each_word_for_a_thing_finds_what_is_written_with_the_others(app, engine):
    names = thesaurus()
    words = {word: None for group in groups() for word in group}
    refs = {word: f"REC-2024-{number:04}" for number, word in enumerate(words, 1)}
    engine.add(outcome(ref, f"— {text} —", lang=lang) for (text, lang), ref in refs.items())
    missed = []
    for group in groups():
        for typed, _ in group:
            results = ask(engine, names, typed)
            hits = {hit.ref for hit in results.hits}
            lost = [text for text, lang in group if refs[text, lang] not in hits]
            if lost or results.any_word:
                missed.append((typed, results.any_word, lost))
    assert missed == []


def test_a_narrow_name_does_not_bring_everything_about_the_wider_thing(app, engine):
    names = thesaurus()
    engine.add(
        [
            outcome("REC-2024-0001", "Hear every witness in court."),
            outcome("REC-2024-0002", "Witness protection programmes."),
            outcome("REC-2024-0003", "Keep the borders open."),
            outcome("REC-2024-0004", "Surveillance of maritime borders."),
        ]
    )
    assert {hit.ref for hit in ask(engine, names, "protection des témoins").hits} == {"REC-2024-0002"}
    assert {hit.ref for hit in ask(engine, names, "vigilancia de fronteras").hits} == {"REC-2024-0004"}
