"""The words of the desk for people: codes with their labels, and the English and Dutch spellings they are typed in.

Labels are English here and Dutch through gettext (`_(NEEDS[code])`); spellings are both, whatever language is in force.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from desk.language import N_, _

GROUPS: dict[str, str] = {
    "family": N_("family"),
    "single_parent": N_("single parent"),
    "adults": N_("adults only"),
    "single_woman": N_("woman alone"),
    "single_man": N_("man alone"),
    "group": N_("group staying together"),
    "unaccompanied_minor": N_("unaccompanied minor"),
}
NEEDS: dict[str, str] = {
    "wheelchair": N_("wheelchair"),
    "no_stairs": N_("no stairs"),
    "ground_floor": N_("ground floor"),
    "cot": N_("cot"),
    "pregnant": N_("pregnant"),
    "evac_help": N_("help in an evacuation"),
    "medication_cooled": N_("cooled medication"),
    "medical_contact": N_("medical contact"),
    "diet_allergy": N_("diet or allergy"),
    "interpreter": N_("interpreter"),
    "rest": N_("rest"),
    "safety": N_("safety concern"),
}
OUT_OF_USE: dict[str, str] = {"staffing": N_("no staff")}
"""Reasons why places are out of use that the desk reckons with; any other is words."""
SEXES: dict[str, str] = {"f": N_("woman"), "m": N_("man"), "x": N_("X")}
PET_KINDS: dict[str, str] = {
    "dog": N_("dog"),
    "cat": N_("cat"),
    "bird": N_("bird"),
    "rabbit": N_("rabbit"),
    "pet": N_("pet"),
}
LOCATION_KINDS: dict[str, str] = {
    "municipal": N_("municipal"),
    "private": N_("private"),
    "transit": N_("transit"),
    "crisis": N_("crisis shelter"),
}
ROOM_KINDS: dict[str, str] = {"family": N_("family room"), "dormitory": N_("dormitory"), "any": N_("anyone")}
TERMS: dict[str, str] = {"short": N_("short stay"), "long": N_("long stay")}
NATIONALITIES: dict[str, str] = {
    "UKR": N_("Ukrainian"),
    "XXX": N_("nationality unknown"),
    "AFG": N_("Afghan"),
    "ARM": N_("Armenian"),
    "AZE": N_("Azerbaijani"),
    "BLR": N_("Belarusian"),
    "CAN": N_("Canadian"),
    "CHN": N_("Chinese"),
    "CMR": N_("Cameroonian"),
    "COD": N_("Congolese (DRC)"),
    "DZA": N_("Algerian"),
    "EGY": N_("Egyptian"),
    "GEO": N_("Georgian"),
    "GHA": N_("Ghanaian"),
    "IND": N_("Indian"),
    "IRN": N_("Iranian"),
    "IRQ": N_("Iraqi"),
    "KAZ": N_("Kazakh"),
    "MAR": N_("Moroccan"),
    "MDA": N_("Moldovan"),
    "NGA": N_("Nigerian"),
    "PAK": N_("Pakistani"),
    "RUS": N_("Russian"),
    "SYR": N_("Syrian"),
    "TKM": N_("Turkmen"),
    "TUN": N_("Tunisian"),
    "TUR": N_("Turkish"),
    "UZB": N_("Uzbek"),
    "VNM": N_("Vietnamese"),
    "XXA": N_("stateless"),
    "XXB": N_("refugee (1951 convention)"),
    "XXC": N_("refugee (other)"),
}
LANGUAGES_SPOKEN: dict[str, str] = {
    "uk": N_("Ukrainian"),
    "ru": N_("Russian"),
    "en": N_("English"),
    "nl": N_("Dutch"),
    "de": N_("German"),
    "pl": N_("Polish"),
    "ar": N_("Arabic"),
    "fr": N_("French"),
    "tr": N_("Turkish"),
    "fa": N_("Persian"),
    "hu": N_("Hungarian"),
    "ro": N_("Romanian"),
    "ka": N_("Georgian"),
    "hy": N_("Armenian"),
    "az": N_("Azerbaijani"),
    "bg": N_("Bulgarian"),
    "cs": N_("Czech"),
    "es": N_("Spanish"),
    "it": N_("Italian"),
    "ku": N_("Kurdish"),
    "pt": N_("Portuguese"),
    "so": N_("Somali"),
    "ti": N_("Tigrinya"),
    "uz": N_("Uzbek"),
    "vi": N_("Vietnamese"),
    "zh": N_("Chinese"),
}
# Every country's three letters (ISO 3166-1); the likely ones above have a label, the others show their code.
_COUNTRIES = """
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM
    BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR
    CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB
    GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA
    JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA
    MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR
    NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS
    SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON
    TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE XXA XXB XXC
    XXX
"""
COUNTRIES = frozenset(_COUNTRIES.split())


_LONGEST = 1_000
"""No word is longer; taking the accents off a million of them would take minutes."""


def key(text: str) -> str:
    """A typed word as it is looked up: small letters, no accents, one underscore between words."""
    told = text[:_LONGEST].casefold()
    bare = "".join(char for char in unicodedata.normalize("NFD", told) if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", "_", bare).strip("_")


def _index(spellings: Mapping[str, str]) -> dict[str, str]:
    """From every spelling, the code itself included, to its code."""
    return {key(word): code for code, words in spellings.items() for word in (code, *words.split())}


# Words of a spelling are kept together by `_`; a typed space or hyphen matches it.
NEED_WORDS = _index(
    {
        "wheelchair": "rolstoel",
        "no_stairs": "nostairs stairs geen_trap geentrap geen_trappen trap trap_niet",
        "ground_floor": "groundfloor ground begane_grond beganegrond begane beneden beneden_bed",
        "cot": "cots cradle babybed babybedden babybedje bedje ledikant",
        "pregnant": "zwanger",
        "evac_help": "evacuation evacuation_help help hulp hulp_bij_ontruiming ontruiming",
        "medication_cooled": "medication cooled_medication cooled medicatie medicatie_gekoeld gekoelde_medicatie "
        "gekoeld koelkast medicijnen insulin insuline",
        "medical_contact": "medical doctor medisch medisch_contact medisch_contact_nodig huisarts arts dokter",
        "diet_allergy": "diet allergy dieet allergie dieet_allergie dieet_of_allergie diet_or_allergy",
        "interpreter": "tolk tolk_nodig interpreter_needed",
        "rest": "quiet rust rust_nodig rustig",
        "safety": "safe unsafe safety_concern veiligheid veilig onveilig",
    }
)
GROUP_WORDS = _index(
    {
        "family": "gezin",
        "single_parent": "singleparent eenoudergezin eenouder alleenstaande_ouder",
        "adults": "volwassenen adults_only huishouden_zonder_kinderen",
        "single_woman": "woman_alone alleen_vrouw alleenreizende_vrouw alleenstaande_vrouw",
        "single_man": "man_alone alleen_man alleenreizende_man alleenstaande_man",
        "group": "groep",
        "unaccompanied_minor": "uam amv alleenstaande_minderjarige unaccompanied",
    }
)
PET_WORDS = _index(
    {
        "dog": "dogs hond honden hondje",
        "cat": "cats kat katten poes poezen",
        "bird": "birds vogel vogels parrot papegaai",
        "rabbit": "rabbits konijn konijnen",
        "pet": "pets huisdier huisdieren",
    }
)
SEX_WORDS = _index({"f": "v woman female vrouw vrouwelijk girl meisje", "m": "man male mannelijk boy jongen", "x": ""})
LOCATION_KIND_WORDS = _index(
    {
        "municipal": "gemeentelijk gemeentelijke_opvang goo",
        "private": "particulier particuliere_opvang poo",
        "transit": "transit_location doorstroom doorstroomlocatie",
        "crisis": "crisis_shelter crisisnoodopvang crisisopvang noodopvang",
    }
)
ROOM_KIND_WORDS = _index(
    {
        "family": "family_room gezin gezinskamer familie familiekamer",
        "dormitory": "slaapzaal zaal hall",
        "any": "anyone all alle iedereen elk overig gewoon",
    }
)
TERM_WORDS = _index(
    {"short": "short_stay kort kortdurend korte_termijn", "long": "long_stay lang langdurend lange_termijn"}
)
OUT_OF_USE_WORDS = _index({"staffing": "no_staff staff bemensing geen_bemensing personeel geen_personeel"})
SCENARIO_WORDS = _index(
    {"favourable": "favorable gunstig", "expected": "verwacht", "unfavourable": "unfavorable ongunstig"}
)
NATIONALITY_WORDS = _index(
    {
        "UKR": "ukrainian ukraine oekraiense oekraiens oekrainer oekraine ukrainien",
        "RUS": "russian russia russische russisch rusland",
        "BLR": "belarusian belarus belarussische wit_russische wit_rusland",
        "MDA": "moldovan moldova moldavische moldavie",
        "GEO": "georgian georgia georgische georgie",
        "ARM": "armenian armenia armeense armenie",
        "AZE": "azerbaijani azerbaijan azerbeidzjaanse azerbeidzjan",
        "KAZ": "kazakh kazakhstan kazachse kazachstan",
        "UZB": "uzbek uzbekistan oezbeekse oezbekistan",
        "TKM": "turkmen turkmenistan turkmeense",
        "NGA": "nigerian nigeria nigeriaanse",
        "SYR": "syrian syria syrische syrie",
        "MAR": "moroccan morocco marokkaanse marokko",
        "DZA": "algerian algeria algerijnse algerije",
        "EGY": "egyptian egypt egyptische egypte",
        "TUN": "tunisian tunisia tunesische tunesie",
        "IND": "indian india indiase",
        "PAK": "pakistani pakistan pakistaanse",
        "AFG": "afghan afghanistan afghaanse",
        "IRN": "iranian iran iraanse",
        "IRQ": "iraqi iraq iraakse irak",
        "TUR": "turkish turkey turkse turkije",
        "GHA": "ghanaian ghana ghanese",
        "CMR": "cameroonian cameroon kameroense kameroen",
        "COD": "congolese congo congo_drc congolese_drc",
        "VNM": "vietnamese vietnam",
        "CHN": "chinese china",
        "CAN": "canadian canada canadese",
        "XXA": "stateless staatloos staatloze",
        "XXX": "unknown onbekend unspecified",
    }
)
LANGUAGE_WORDS = _index(
    {
        "uk": "ukrainian oekraiens ukr",
        "ru": "russian russisch rus",
        "en": "english engels",
        "nl": "dutch nederlands",
        "de": "german duits",
        "pl": "polish pools",
        "ar": "arabic arabisch",
        "fr": "french frans",
        "tr": "turkish turks",
        "fa": "persian farsi perzisch dari",
        "hu": "hungarian hongaars",
        "ro": "romanian roemeens moldovan",
        "ka": "georgian georgisch",
        "hy": "armenian armeens",
        "az": "azerbaijani azerbeidzjaans",
        "bg": "bulgarian bulgaars",
        "cs": "czech tsjechisch",
        "es": "spanish spaans",
        "it": "italian italiaans",
        "ku": "kurdish koerdisch",
        "pt": "portuguese portugees",
        "so": "somali somalisch",
        "ti": "tigrinya",
        "uz": "uzbek oezbeeks",
        "vi": "vietnamese vietnamees",
        "zh": "chinese chinees",
    }
)


def find(words: Mapping[str, str], typed: str, *, shortest: int = 3) -> tuple[str, ...]:
    """The codes a typed word may mean: one when it is clear, several when too little was typed, none when unknown."""
    wanted = key(typed)
    if wanted in words:
        return (words[wanted],)
    if len(wanted) < shortest:
        return ()
    return tuple(sorted({code for word, code in words.items() if word.startswith(wanted)}))


def out_of_use(typed: str) -> str:
    """Why places are out of use, as it is kept: the code where one is meant, else the words."""
    return OUT_OF_USE_WORDS.get(key(typed), typed)


def nationality(typed: str) -> str | None:
    """The three letters of a nationality given as code, country or adjective; None when there is no such."""
    wanted = typed.strip().upper()
    if wanted in COUNTRIES:
        return wanted
    found = find(NATIONALITY_WORDS, typed, shortest=4)
    return found[0] if len(found) == 1 else None


def spoken(typed: str) -> str | None:
    """The two letters of a language given as code or by its name; None when there is no such."""
    wanted = typed.strip().casefold()
    if wanted in LANGUAGES_SPOKEN:
        return wanted
    found = find(LANGUAGE_WORDS, typed, shortest=4)
    return found[0] if len(found) == 1 else None


def label(table: Mapping[str, str], code: str) -> str:
    """What people read for a code, in the language in force; the code itself where it has no label."""
    return _(table[code]) if code in table else code


def labels(table: Mapping[str, str], codes: Iterable[str]) -> str:
    """The labels of several codes in one line."""
    return ", ".join(label(table, code) for code in codes)
