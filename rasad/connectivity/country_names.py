"""Codes of countries by the names that lists of shutdowns use."""

from __future__ import annotations

CODES = {
    **{"afghanistan": "AF", "algeria": "DZ", "angola": "AO", "armenia": "AM"},
    **{"azerbaijan": "AZ", "bahrain": "BH", "bangladesh": "BD", "belarus": "BY"},
    **{"benin": "BJ", "bolivia": "BO", "botswana": "BW", "brazil": "BR"},
    **{"burkina faso": "BF", "burma": "MM", "burundi": "BI", "cambodia": "KH"},
    **{"cameroon": "CM", "central african republic": "CF", "chad": "TD"},
    **{"chile": "CL", "china": "CN", "colombia": "CO", "comoros": "KM"},
    **{"congo": "CG", "republic of the congo": "CG", "cote d'ivoire": "CI"},
    **{"côte d'ivoire": "CI", "côte d’ivoire": "CI", "ivory coast": "CI"},
    **{"cuba": "CU", "democratic republic of the congo": "CD", "djibouti": "DJ"},
    **{"democraticrepubliccongo": "CD", "congo, democratic republic of the": "CD"},
    **{"ecuador": "EC", "egypt": "EG", "equatorial guinea": "GQ", "eritrea": "ER"},
    **{"eswatini": "SZ", "swaziland": "SZ", "ethiopia": "ET", "france": "FR"},
    **{"gabon": "GA", "gambia": "GM", "the gambia": "GM", "georgia": "GE"},
    **{"germany": "DE", "ghana": "GH", "guinea": "GN", "guinea-bissau": "GW"},
    **{"haiti": "HT", "hong kong": "HK", "india": "IN", "indonesia": "ID"},
    **{"iran": "IR", "iran, islamic republic of": "IR", "iraq": "IQ", "israel": "IL"},
    **{"jordan": "JO", "kazakhstan": "KZ", "kenya": "KE", "kuwait": "KW"},
    **{"kyrgyzstan": "KG", "lao people's democratic republic": "LA", "laos": "LA"},
    **{"lebanon": "LB", "lesotho": "LS", "liberia": "LR", "libya": "LY"},
    **{"madagascar": "MG", "malawi": "MW", "malaysia": "MY", "mali": "ML"},
    **{"mauritania": "MR", "mexico": "MX", "moldova": "MD", "montenegro": "ME"},
    **{"morocco": "MA", "mozambique": "MZ", "myanmar": "MM", "nepal": "NP"},
    **{"nicaragua": "NI", "niger": "NE", "nigeria": "NG", "north korea": "KP"},
    **{"oman": "OM", "pakistan": "PK", "palestine": "PS", "palestine, state of": "PS"},
    **{"papua new guinea": "PG", "peru": "PE", "philippines": "PH", "qatar": "QA"},
    **{"russia": "RU", "russian federation": "RU", "rwanda": "RW", "senegal": "SN"},
    **{"saudi arabia": "SA", "sierra leone": "SL", "somalia": "SO", "serbia": "RS"},
    **{"somaliland": "SO", "south africa": "ZA", "south korea": "KR"},
    **{"south sudan": "SS", "spain": "ES", "sri lanka": "LK", "srilanka": "LK"},
    **{"sudan": "SD", "suriname": "SR", "syria": "SY", "syrian arab republic": "SY"},
    **{"tajikistan": "TJ", "tanzania": "TZ", "tanzania, united republic of": "TZ"},
    **{"thailand": "TH", "togo": "TG", "tunisia": "TN", "turkey": "TR"},
    **{"türkiye": "TR", "turkiye": "TR", "turkmenistan": "TM", "uganda": "UG"},
    **{"ukraine": "UA", "united arab emirates": "AE", "united kingdom": "GB"},
    **{"united states": "US", "united states of america": "US", "uzbekistan": "UZ"},
    **{"venezuela": "VE", "venezuela, bolivarian republic of": "VE"},
    **{"viet nam": "VN", "vietnam": "VN", "yemen": "YE", "zambia": "ZM"},
    **{"zimbabwe": "ZW"},
}
"""Code by name in small letters; what stands in brackets is left out of a name."""


def code_of(name: str) -> str:
    """Return the code of a country that is named, or nothing.

    Examples
    --------
    >>> code_of("Iran (Islamic Republic of) "), code_of("SriLanka"), code_of("Atlantis")
    ('IR', 'LK', '')
    """
    bare = " ".join(name.partition("(")[0].lower().split())
    return CODES.get(bare, "")
