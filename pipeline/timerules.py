"""The grammar of time expressions: a table of patterns, each with the function that reads it.

A pattern is written with the named fragments of `_PARTS`, which become named groups; its reader in
`pipeline.timereadings` takes them by name. The rules were tuned on AQUAINT and on every other
document of TimeBank (cleaned TempEval-3 training data, UzZaman et al. 2013).
"""
# ruff: noqa: E501 - a rule is a line: wrapped, the table could not be read down its columns

import re
from typing import Final

from pipeline import timeanaphora as lean
from pipeline import timedeictics as now
from pipeline import timeholidays as holidays
from pipeline import timelengths as lengths
from pipeline import timereadings as read
from pipeline.calendars import MONTH, SHAMSI_MONTHS
from pipeline.timecontext import NUMBERS, ORDINALS, Reader, Reading, mod_of

_WORDS = "|".join(sorted((w for w in NUMBERS if w not in {"a", "an"}), key=len, reverse=True))
_ERA = r"(?P<bc>BCE?|B\.C\.(?:E\.)?|AD|A\.D\.|CE|C\.E\.)(?![A-Za-z])"
_PARTS: Final = {
    "mon": rf"(?P<mon>{MONTH}|JAN\.?|FEB\.?|MAR(?:CH|\.)|APR(?:IL|\.)|MAY|JUNE|JULY|AUG(?:UST|\.)"
    r"|SEPT?(?:EMBER|\.)|OCT(?:OBER|\.)|NOV(?:EMBER|\.)|DEC(?:EMBER|\.))(?![a-z])",
    "fullmon": r"(?P<mon>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.)(?![\w-]*\w)",
    "wd": r"(?P<wd>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY)",
    "wds": r"(?:(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\.?,?\s+)",
    "day": r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d|[,.]\d|%|:\d)",
    "day2": r"(?P<day2>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d|[,.]\d|%|:\d)",
    "year": r"(?P<year>1\d{3}|20\d\d)(?!\d|,\d|\.\d|%)",
    "fullyear": rf"(?P<year>(?:1\d{{3}}|20\d\d)(?!\d|,\d|\.\d|%)|[1-9]\d{{0,2}}(?=\s+(?:BC|B\.C|AD|A\.D|CE|C\.E)))(?:\s+{_ERA})?",
    "era": _ERA,
    "that": r"(?P<that>that|the\s+(?:same|following|next|previous|preceding|succeeding))\s+year",
    "anyyear": r"(?P<year>(?:1[5-9]|20)\d\d)(?!\d|,\d|\.\d|%)",
    "mod": r"(?P<mod>(?i:early|late|mid|(?:the\s+)?(?:very\s+)?(?:beginning|start|middle|end|(?:early|late|first|second|latter|last)\s+(?:part|half|days)|close)\s+of(?:\s+the(?=\s+\d))?))",
    "anymod": r"(?P<mod>(?i:early|late|earlier|later|(?:the\s+)?(?:beginning|start|middle|end|rest|early\s+part|late\s+part)\s+of))",
    "earlier": r"(?P<mod>(?i:early|late|earlier|later|mid))",
    "apx": r"(?:(?P<apx>(?i:nearly|almost|about|around|approximately|roughly|at\s+least|at\s+most|more\s+than|less\s+than|fewer\s+than|no\s+more\s+than|up\s+to|over|under|some))\s+)",
    "n": rf"(?P<n>\d[\d,]{{0,14}}(?:\.\d+)?(?:[\s-]1/2)?|(?i:(?:{_WORDS})(?:[\s-](?:and\s+)?(?:{_WORDS})){{0,5}}?(?:[\s-]and[\s-](?:a|one)[\s-]half)?)|half\s+an?|(?:a\s+)?half)",
    "vague": r"(?P<vague>(?i:several|a\s+few|few|many|a\s+couple\s+of|a\s+couple|couple\s+of|a\s+number\s+of|dozens\s+of|tens\s+of|hundreds\s+of|some))",
    "unit": r"(?P<unit>(?:seconds|minute|hour|day|night|week|fortnight|weekend|month|quarter|year|decade|century|centurie)s?)",
    "one": r"(?P<unit>(?:minute|hour|day|night|week|weekend|month|year|decade|century))",
    "big": r"(?P<unit>(?:day|week|weekend|month|quarter|year|decade|century))",
    "tod": r"(?P<tod>(?i:morning|afternoon|evening|night|dawn|midday))",
    "todof": r"(?:(?i:the)\s+)?(?:(?P<mod>(?i:early|late))\s+)?(?P<tod>(?i:morning|afternoon|evening|night|early\s+hours|small\s+hours))\s+of\s+",
    "season": r"(?P<season>(?i:spring|summer|autumn|fall|winter))",
    "clock": r"(?<![Hh]igh\s)(?P<clock>\d{1,2}(?:[:.]\d\d)?\s*(?i:a\.m\.?|p\.m\.?|am|pm)(?![a-z])|\d{1,2}:\d\d(?!\d|:)|(?i:noon|midnight|midday)(?![\w-])|\d{1,2}\s+o['’]clock(?:\s+in\s+the\s+(?:morning|afternoon|evening))?|\d{1,2}(?::\d\d)?\s+in\s+the\s+(?:morning|afternoon|evening)"
    r"|(?:[01]\d|2[0-3])[0-5]\d(?=\s*(?:hours|hrs|GMT|UTC|local))(?:\s*(?:hours|hrs)(?!\w))?|(?:(?<=[Aa]t\s)|(?<=at\sabout\s)|(?<=at\saround\s)|(?<=at\sapproximately\s))(?:[01]\d|2[0-3])[0-5]\d(?!\d|[,.]\d|%))(?:\s+(?:GMT|UTC|EST|EDT|PST|PDT|CET|BST|local\s+time)|\s*\((?:GMT|UTC|EST|EDT|PST|PDT|CET|BST|local\s+time)\))?",
    "lastnext": r"(?P<rel>(?i:last|next|this\s+past|this\s+coming|this|past|previous|coming|following|current))",
    "ref": r"(?P<rel>(?i:last|next|this))",
    "shamsi": rf"(?P<shamsi>{'|'.join(name.title() for name in SHAMSI_MONTHS)})",
}  # fmt: skip

_HOLIDAY = (
    r"(?P<holiday>Christmas\s+Eve|Christmas\s+Day|Christmas|New\s+Year['’]s\s+Eve|New\s+Year['’]s\s+Day|New\s+Year['’]s|"
    r"Boxing\s+Day|May\s+Day|Thanksgiving\s+Day|Thanksgiving|Election\s+Day|Good\s+Friday|Easter(?:\s+Sunday)?|Nowruz|Nawruz|"
    r"Norouz|Eid\s+[au]l-(?:Fitr|Adha)|Ashura|Valentine['’]s\s+Day|Labor\s+Day|Memorial\s+Day|Veterans\s+Day|Martin\s+Luther\s+King(?:\s+Jr\.?)?\s+Day|"
    r"Presidents['’]?\s+Day|Columbus\s+Day|Halloween|Bastille\s+Day|Palm\s+Sunday|Easter\s+Monday|Ash\s+Wednesday)"
)
_LATER = r"(?P<way>(?i:ago|earlier|later|afterwards|from\s+now|hence|after\s+that(?=,)|(?:before|after)(?=[.,;]|$)))"
_NOT_AGE = r"(?![\s-]+olds?\b|[\s-]of[\s-]age)(?!\w)"

RULES: Final[tuple[tuple[str, str, Reader], ...]] = (
    # Dates of the calendar
    ("iso", r"(?P<year>[0-4]\d{3})-(?P<mon>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?!\d)(?:T\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?", read.calendar_date),
    ("ymd", r"(?<![\d/.])(?P<year>(?:19|20)\d\d)/(?P<mon>0[1-9]|1[0-2])/(?P<day>[0-3]\d)(?![\d/])", read.calendar_date),
    ("dotted", r"(?<![\d.])(?P<day>[0-3]?\d)\.(?P<mon>0?[1-9]|1[0-2])\.(?P<year>(?:19|20)\d\d)(?![\d.]\d)", read.calendar_date),
    ("slash", r"(?<![\d/])(?P<mon>\d{1,2})/(?P<day>\d{1,2})/(?P<year>[0-4]\d{3}|\d\d)(?![\d/])", read.slashed),
    ("nine-eleven", r"(?<![\d/.,$-])9/11(?![\d/])", lambda _m, _c: Reading("DATE", "2001-09-11")),
    ("mdy-clock", r"(?:{apx})?{clock},?\s+(?:on\s+)?{wds}?{mon}\s*{day}(?:,?\s+{anyyear})?", now.date_and_clock),
    ("dmy-clock", r"(?:{apx})?{clock},?\s+(?:on\s+)?{wds}?(?:the\s+)?{day}(?:\s+of)?\s+{mon}(?:,?\s+{fullyear})?", now.date_and_clock),
    ("mdy-at", r"{wds}?{mon}\s*{day}(?:,?\s+{anyyear})?,?\s+at\s+(?:{apx})?{clock}", now.date_and_clock),
    ("dmy-at", r"(?<![\d.,$-]){wds}?{day}\s+{mon}(?:,?\s+{anyyear})?,?\s+at\s+(?:{apx})?{clock}", now.date_and_clock),
    ("tod-mdy", r"{todof}{wds}?{mon}\s*{day}(?:\s?[-–—/]\s?{day2})?(?:,?\s+{anyyear})?", now.date_and_clock),
    ("tod-dmy", r"{todof}{wds}?(?:the\s+)?{day}(?:\s?[-–—/]\s?{day2})?(?:\s+of)?\s+{mon}(?:,?\s+{fullyear})?", now.date_and_clock),
    ("tod-wd", r"{todof}{wd}(?:\s+morning)?", now.weekday),
    ("week-of", r"(?i:the)\s+week\s+of\s+{mon}\s*{day}", now.week_of),
    ("week-of-dm", r"(?i:the)\s+week\s+of\s+{day}\s+{mon}", now.week_of),
    ("mdy", r"{wds}?{mon}\s*{day},?\s+{fullyear}", read.calendar_date),
    ("md-range", r"{mon}\s*{day}\s?(?:-|–|—)\s?{day2}(?:,?\s+{anyyear})?", read.day_range),
    ("dm-range", r"(?<![\d.,$-]){day}\s?(?:-|–|—)\s?{day2}\s+{mon}(?:,?\s+{anyyear})?", read.day_range),
    ("dmy", r"(?<![\d.,$-]){wds}?(?:the\s+)?{day}(?:\s+of)?[\s-]{mon},?[\s-](?:{fullyear}|(?:of\s+)?{that})", read.calendar_date),
    ("dmy-early", r"(?<![\d.,$-]){day}\s+{mon}\s+(?P<year>[3-9]\d\d)(?=[,.;)])", read.calendar_date),
    ("md", r"(?:{wd}\.?,?\s+)?{mon}\s*{day}(?!\w)(?:,?\s+{ref}\s+year)?", read.calendar_date),
    ("dm", r"(?<![\d.,$-])(?:{wd}\.?,?\s+)?(?:the\s+)?{day}(?:\s+of)?[\s-]{mon}(?:\s+{ref}\s+year)?", read.calendar_date),
    ("my", r"(?:{mod}[\s-]*)?{mon},?(?:\s+of)?\s+{fullyear}", read.calendar_date),
    ("m-that", r"(?:{mod}[\s-]*)?{fullmon},?\s+(?:of\s+)?{that}", read.calendar_date),
    ("m-rel", r"(?:{mod}[\s-]*)?{fullmon},?\s+(?:of\s+)?{ref}\s+year", read.calendar_date),
    ("rel-m", r"(?:{mod}[\s-]*)?{lastnext}\s+{fullmon}", read.month_of),
    ("rel-md", r"{lastnext}\s+{mon}\s*{day}", read.rel_day),
    ("mon-nth", rf"{{mon}}\s+(?P<nth>(?:twenty-|thirty-)?(?:{'|'.join(ORDINALS)}))", read.month_nth),
    ("week-of-month", r"(?i:the)\s+(?P<nth>(?i:first|second|third|fourth|last|final))\s+week\s+(?:of|in)\s+{fullmon}(?:,?\s+(?:of\s+)?{anyyear})?", read.week_of_month),
    ("nth-mon", rf"(?:(?i:the)\s+)?(?P<nth>(?i:(?:twenty-|thirty-)?(?:{'|'.join(ORDINALS)})))\s+of\s+{{fullmon}}", read.month_nth),
    ("month", r"(?:{mod}[\s-]*)?{fullmon}", read.bare_month),
    ("shamsi", r"{day}\s+(?:of\s+)?{shamsi}(?:,?\s+(?P<year>1[2-4]\d\d))?", holidays.solar_hijri),
    ("shamsi-month", r"{shamsi},?\s+(?P<year>1[2-4]\d\d)", holidays.solar_hijri_month),
    ("ramadan", r"(?:the\s+(?:holy\s+|fasting\s+)?month\s+of\s+)?Rama[dz]an(?:\s+(?:of\s+|in\s+)?{anyyear})?", holidays.lunar_hijri),
    ("holiday", rf"(?:{{ref}}\s+)?{_HOLIDAY}(?:,?\s+{{anyyear}})?", holidays.holiday),
    ("season-year", r"(?:(?i:the)\s+)?(?:{mod}[\s-]*)?{season}(?:\s+of|,)?\s+{fullyear}(?:\s?[-–—/]\s?(?:1\d|20)?\d\d(?!\d))?", read.season),
    ("season-that", r"(?:(?i:the)\s+)?(?:{mod}[\s-]*)?{season}\s+of\s+{that}", read.season),
    ("that-season", r"(?:{mod}[\s-]*)?(?:(?i:the)\s+)?(?P<rel>(?i:that(?:\s+same)?|following|(?<=the\s)(?:same|next|previous|preceding)))\s+{season}", lean.that_season),
    ("season-rel", r"(?:(?i:the)\s+)?(?:{mod}[\s-]*)?{season}\s+(?P<of>of\s+)?{ref}\s+year", read.season),
    ("rel-season", r"(?:{mod}[\s-]*)?{lastnext}\s+{season}", read.season),
    ("season", r"(?<=\s)(?<!\ba\s)(?:(?<=(?i:in)\s)|(?<=(?i:over)\sthe\s)|(?<=(?i:in)\sthe\s)|(?<=(?i:during)\sthe\s)|(?<=this\s)|(?<=(?i:by)\s)|(?<=(?i:by)\sthe\s)|(?<=(?i:since)\s)|(?<=(?i:until)\s))(?P<season>spring|summer|autumn|winter)", read.season),
    ("the-season", r"(?i:the)\s+(?P<season>(?i:spring|summer|autumn|winter))(?=[,.;)]|\s+(?:and|when|with|the|he|they|a|an|was|had|saw|brought|came|ended|of\s+\d|[A-Z]))", lean.season_of_history),
    ("quarter-year", r"(?:(?i:the)\s+)?(?:fiscal\s+)?(?P<nth>first|second|third|fourth|last)[\s-](?P<part>quarter|half)\s+of\s+(?:fiscal\s+)?(?:{anyyear}|{ref}\s+year|the\s+year)", read.part_of_year),
    ("year-quarter", r"(?:(?i:the)\s+)?(?:(?:fiscal\s+)?{anyyear}(?:['’]s)?|{ref}\s+year['’]s|(?P<earlier>year-(?:ago|earlier)))\s+(?:fiscal\s+)?(?P<nth>first|second|third|fourth)[\s-](?P<part>quarter|half)", read.part_of_year),
    ("q", r"Q(?P<nth>[1-4])\s+(?:of\s+)?{anyyear}", read.part_of_year),
    ("quarter", r"(?:(?i:the)\s+(?!\w+-))?(?:fiscal\s+)?(?P<nth>(?i:first|second|third|fourth))[\s-](?P<part>quarter)(?!-)", read.part_of_year),
    ("the-quarter", r"(?i:the\s+(?:(?:latest|comparable|same|year-ago|year-earlier|comparable\s+year-ago)\s+)?quarter|the\s+(?:latest|year-ago|year-earlier)\s+period)(?!\s+of|-)", read.the_quarter),
    ("decade", r"(?:(?i:the)\s+)?(?:{mod}[\s-]*)?(?P<decade>1[5-9]\d|20[0-2])0(?:['’]|\s(?=s\b))?s", read.decade),
    ("decade-short", r"(?:(?i:the)\s+)?(?:{mod}[\s-]*)?['’‘](?P<decade>[2-9])0['’]?s", read.decade),
    ("decade-name", r"(?:(?i:the)\s+(?=[\w\s-]{0,30}ties)|(?=[\w\s-]{0,10}nineteen[\s-]))(?:{mod}[\s-]*)?(?:nineteen[\s-])?(?P<name>(?i:twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties))", read.decade),
    ("century", rf"(?:(?i:the)\s+)?(?:{{mod}}[\s-]*(?:(?i:the)\s+)?)?(?P<nth>\d{{1,2}}(?:st|nd|rd|th)|(?i:{'|'.join(ORDINALS)}))[\s-](?i:century|centuries)(?:\s+{{era}})?", read.century),
    ("bc-first", r"(?P<year>[1-9]\d{0,3})(?=(?:\s+(?:to|and|until|or)\s+|\s?[-–—/]\s?)\d{1,4}\s+(?P<bc>BC|B\.C))", read.before_christ),
    ("bc", r"(?:{mod}[\s-]*)?(?P<year>[1-9]\d{0,3})\s+{era}", read.before_christ),
    ("ad", r"(?P<bc>A\.D\.|AD)\s+(?P<year>\d{1,4})", read.before_christ),
    ("early-year", r"(?<![\d.,-])(?:(?<=\b[Ii]n\s)|(?<=\bof\s)|(?<=\b[Bb]y\s)|(?<=since\s)|(?<=until\s)|(?<=from\s)|(?<=to\s)|(?<=between\s))(?P<year>[2-9]\d\d)(?=[,.;)]\s|\s+(?:and|when|the|he|she|they|with|by|but|after|to|until|as)\b)", read.early_year),
    ("circa", r"(?P<mod>(?i:circa|c\.|ca\.|about|around))\s*{anyyear}", read.about_year),
    ("mod-year", r"(?:{mod}[\s-]*|(?i:the\s+year|fiscal(?:\s+year)?|calendar)\s+){anyyear}", read.year),
    ("year", r"(?<![\d.,/:$£€#A-Za-z-]){year}(?![\w/]|-\d{4}-)", read.year),
    ("year2", r"(?<=\d{4}[-–—]){anyyear}(?![\w/-])", read.year),
    ("short-year", r"(?:(?<=\b[Ii]n\s)|(?<=\b[Ss]ince\s)|(?<=\b[Uu]ntil\s)|(?<=\b[Bb]y\s)|(?<=\bof\s))['’‘](?P<short>\d\d)(?![\w'’])", read.short_year),
    ("spelled", rf"(?:(?:(?i:the)\s+)?(?:{{mod}}[\s-]*)?{{season}}\s+of\s+)?(?:(?i:the\s+year)\s+)?(?:(?P<head>nineteen|eighteen)\s+(?P<rest>(?:{_WORDS})(?:[\s-](?:{_WORDS}))?)(?!\s+(?:years|percent|people|{_WORDS}))|the\s+year\s+two\s+(?P<thousand>thousand))", read.spelled_year),
    # Weekdays, and words that lean on publication
    ("clock-wd", r"(?:{apx})?{clock}\s*,?(?:\s+on)?\s+{wd}", now.weekday),
    ("wd-clock", r"{wd}\s+at\s+(?:{apx})?{clock}", now.weekday),
    ("clock-today", r"(?:{apx})?{clock}\s*,?\s+(?P<word>(?i:today|yesterday|tomorrow))", now.deictic),
    ("every", r"(?i:every|each)\s+(?:(?P<other>other)\s+|{n}\s+)?(?:{unit}|{wd}(?!\s+(?:morn|after|even|night)))(?!-)", lengths.every),
    ("every-tod", r"(?i:every|each)\s+(?:{wd}\s+)?{tod}(?!-)", lengths.every),
    ("wd-plural", r"{wd}s(?:\s+{tod}s?)?", lengths.every),
    ("wd-tods", r"{wd}\s+(?P<tod>(?i:mornings|afternoons|evenings|nights))", lengths.every),
    ("wd-week", r"{wd}\s+(?:of\s+)?{ref}\s+week", now.weekday_of_week),
    ("week-wd", r"{ref}\s+week\s+(?:on\s+)?{wd}", now.weekday_of_week),
    ("weekday", r"(?:{earlier}\s+(?:on\s+)?)?(?:(?:(?i:the)\s+(?=previous|following|coming))?{lastnext}\s+)?{wd}(?:\s+{tod})?(?!s\b)", now.weekday),
    ("today", r"(?:{earlier}\s+)?(?P<word>(?i:the\s+day\s+before\s+yesterday|the\s+day\s+after\s+tomorrow|today|tonight|yesterday|tomorrow|overnight))(?:\s+{tod})?", now.deictic),
    ("this-tod", r"(?:{earlier}\s+)?(?P<word>(?i:this|last))\s+{tod}", now.deictic),
    ("rel-unit", r"(?:{anymod}\s+)?(?:(?i:the)\s+(?=previous|coming|following|current))?{lastnext}\s+(?:fiscal\s+)?{big}(?!-|['’]s\s+(?:first|second|third|fourth))", now.this_unit),
    ("weekend", r"(?i:the\s+weekend)", now.the_weekend),
    ("end-of", r"(?P<mod>(?i:(?:the\s+)?(?:end|beginning|start|middle|rest)\s+of))\s+the\s+(?P<unit>week|month|year|decade|century)", now.this_unit),
    ("the-year", r"(?:(?<=\bof\s)|(?<=\b[Ff]or\s)|(?<=\b[Ii]n\s)|(?<=[Dd]uring\s)|(?<=[Tt]hrough\s)|(?<=[Tt]hroughout\s))(?i:the)\s+(?:fiscal\s+)?(?P<unit>year)(?=[.,;:)]|\s+(?:and|of\s+\$|was|is|will|earlier|later|in|by|with|at|to\s+date)\b|$)", now.this_unit),
    ("year-earlier", r"(?i:year-(?:earlier|ago))(?!\s+[$\d])", read.the_quarter),
    ("year-end", r"(?:(?i:the)\s+)?year(?P<end>[\s-]end|['’]s\s+end)(?:\s+{anyyear})?", now.year_end),
    ("end-of-that", r"(?P<mod>(?i:(?:the\s+)?(?:end|beginning|start|middle|rest|close)\s+of))\s+(?P<rel>that|the\s+(?:same|following|next|previous))\s+(?P<unit>week|month|year)", lean.next_one),
    ("nth-day", r"(?:(?:(?i:the)\s+)?{tod}\s+of\s+)?(?:(?<=on\s)|(?<=On\s)|(?<=by\s)|(?<=By\s)|(?<=until\s)|(?<=of\s)|(?<=in\s))the\s+(?P<nth>\d{1,2}(?:st|nd|rd|th))(?=[,.;:)]|\s+(?:and|the|he|she|they|it|a|an|when|after|with|to|at|in|but|both|[A-Z]\w+ed)\b)", lean.day_of_month),
    ("day-of-run", r"(?i:the)\s+(?P<nth>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\s+day(?=[,.;:)]|\s+(?:of\s+(?:the|its|his|their|an?)|and|the|he|she|they|it|a)\b)", lean.day_of_run),
    ("the-tod", r"(?:(?<=in\s)|(?<=by\s)|(?<=In\s)|(?<=By\s)|(?<=during\s)|(?<=until\s))(?:the\s+)?(?:{earlier}[\s-]+)?(?P<tod>morning|afternoon|evening)(?=[,.;:)]|\s+(?:of\s+the\s+same|and|the|he|she|they|it|a|an|when|to|by|[A-Z]\w+)\b)", lean.part_of_day),
    ("next-one", r"(?i:the)\s+(?P<rel>(?i:next|following|previous|preceding|same))\s+(?P<unit>(?i:day|week|month|year|morning|afternoon|evening|night))(?!-)", lean.next_one),
    ("that-one", r"(?:{earlier}\s+(?:in\s+)?)?(?P<rel>(?i:that(?:\s+same)?))\s+(?P<unit>(?i:day|week|month|quarter|year|morning|afternoon|evening|night))(?!-)", lean.next_one),
    ("day-before", r"(?i:the)\s+(?P<unit>(?i:day|night|week|month|year))\s+(?P<rel>(?i:before|after))(?=[,.;]|\s+(?:and|but|he|she|they|it|in|at|with|on|over|for|near|by|from|when|because)\b)", lean.next_one),
    ("ago", rf"(?:{{apx}})?(?:{{n}}|{{vague}}|(?i:an?|just\s+an?))\s+(?:more\s+)?{{unit}}(?:\s+or\s+so)?[\s-]+{_LATER}(?!\w)", lean.ago),
    ("day-earlier", r"(?P<unit>days|weeks|months|years|hours|decades|centuries)\s+(?P<way>ago|earlier|later|before(?=[.,;]))", lambda m, _c: Reading("DATE", "FUTURE_REF" if m["way"] == "later" else "PAST_REF")),
    ("later-in", r"{earlier}\s+in\s+the\s+(?P<unit>day|week|month|year)", now.this_unit),
    # Lengths and repetitions
    ("past-n", r"(?:(?P<apx>at\s+least)\s+)?(?:(?i:the)\s+)?(?P<span>(?i:last|past|next|first|coming|previous|final|following))\s+(?:{n}|{vague})\s+{unit}(?!-)(?!\s+ago)", lengths.length),
    ("ended", r"(?:the\s+)(?:{n}\s+)?{unit}(?=\s+(?:ended|ending)\b)", lengths.length),
    ("following", r"(?i:the)\s+(?P<span>(?i:following|succeeding|preceding|next))\s+(?P<unit>days|weeks|months|years|decades)", lengths.length),
    ("past-one", r"(?i:the)\s+(?P<span>(?i:last|past))\s+{one}(?!-)", lengths.length),
    ("the-length", r"(?i:the)\s+(?:year-earlier\s+)?{n}\s+(?P<unit>minutes|hours|days|weeks|months|years|decades)(?!\s+(?:ago|earlier|later|before|after)\b|['’])", lengths.length),
    ("length", rf"(?:{{apx}})?{{n}}(?:\s+(?i:more|consecutive|straight|full|additional|other|long))?[\s-]{{unit}}(?:-long)?{_NOT_AGE}", lengths.length),
    ("vague-length", rf"(?:{{apx}})?{{vague}}\s+(?:more\s+)?(?P<unit>(?i:seconds|minutes|hours|days|nights|weeks|months|quarters|years|decades|centuries)){_NOT_AGE}", lengths.length),
    ("quarter-century", r"(?:{apx})?(?:a\s+)?quarter(?:\s+of\s+a|-|\s)\s*century(?!\s+(?:low|high))", lambda m, _c: Reading("DURATION", "P25Y", mod_of(m))),
    ("a-length", rf"(?:{{apx}})?(?i:an?|an\s+additional|another)\s+(?:(?:full|whole)\s+)?{{one}}(?P<half>\s+and\s+a\s+half)?(?:-long)?{_NOT_AGE}(?!\s+(?:high|low))(?!-)", lengths.a_unit),
    ("bare-length", r"(?<=[\s(])(?:(?<=(?i:for)\s)|(?<=(?i:in)\s)|(?<=(?i:within)\s)|(?<=(?i:after)\s)|(?<=(?i:over)\s)|(?<=many\s)|(?<=last\s)|(?<=take\s)|(?<=took\s))(?P<unit>minutes|hours|days|weeks|months|years|decades|centuries)(?!-|\s+(?:ago|later|earlier|old|after|to\s+come))", lengths.length),
    ("vague-long", r"(?P<vague>(?i:several|multi|many))-(?P<unit>hour|day|week|month|year|decade)(?!\w)", lengths.length),
    ("long", r"(?P<unit>(?:hour|day|week|month|year|decade)s?)-long", lengths.length),
    ("adverb", r"(?P<word>(?i:daily|weekly|monthly|yearly|annually|hourly|nightly))(?!\w)", lengths.adverb),
    # Words for now, then and some day
    ("now", r"(?i:now|currently|current(?!\s+(?:day|week|month|year|quarter|decade|century|affairs|account|of|and|in)|s)|right\s+now|at\s+present|at\s+the\s+moment|nowadays|these\s+days)(?!-)", lengths.reference("PRESENT_REF")),
    ("past-ref", r"(?i:recently|in\s+the\s+past(?=[,.])|(?<![Mm]ore\s)(?<![Mm]ost\s)recent(?:\s+(?:days|weeks|months|quarters|years|decades))?(?![\w-]))", lengths.reference("PAST_REF")),
    ("future-ref", r"(?i:the\s+(?:near\s+|distant\s+|foreseeable\s+)?future|(?:(?:the\s+)?coming)\s+(?:days|weeks|months|years|decades)|(?<!as\s)soon(?!\s+(?:after|as))|as\s+soon\s+as\s+possible|the\s+(?:near|short)\s+term|future\s+(?:quarters|months|years)|the\s+(?:days|weeks|months|years)\s+ahead)", lengths.reference("FUTURE_REF")),
    # Times of day
    ("clock", r"(?:{apx})?{clock}", now.clock_time),
)  # fmt: skip


def _compiled(pattern: str) -> re.Pattern[str]:
    """Fill in the named fragments; a match never begins inside a word."""
    filled = re.sub(r"\{([a-z]\w*)\}", lambda m: str(_PARTS[m[1]]), pattern)
    return re.compile(rf"(?<!\w)(?:{filled})(?!\w)")


# Words without which a rule cannot match, in lower case: looking for them first halves the time.
_SEASON_WORDS = ("spring", "summer", "autumn", "fall", "winter")
_CLOCK = re.compile(
    r"\d:\d\d|\d\s?[ap]\.?m\b|noon|midnight|midday|o['’]clock|\d\sin\sthe\s"
    r"|\d\d\s?(?:hours|hrs|gmt|utc|local)|\bat\s(?:about\s|around\s|approximately\s)?[012]\d\d\d"
)
_TOD_OF = ("morning of", "afternoon of", "evening of", "night of", "hours of")
_THAT_YEAR = (
    "that year",
    "same year",
    "following year",
    "next year",
    "previous year",
    "preceding year",
    "succeeding year",
)
_ERA_WORDS = (" bc", " b.c", " ad", " a.d", " ce", " c.e")
_BIG = r"(?:day|week|month|quarter|year|decade|century)"
_TOD = r"(?:morning|afternoon|evening|night|dawn|midday)"
_NEEDS: Final[dict[str, tuple[str, ...] | re.Pattern[str]]] = {
    "end-of": re.compile(rf"of\s+the\s+{_BIG}"), "this-tod": re.compile(rf"(?:this|last)\s+{_TOD}"),
    "rel-unit": re.compile(rf"(?:last|next|this|past|previous|coming|following|current)\s+(?:fiscal\s+)?{_BIG}"),
    "that-one": re.compile(rf"that\s+(?:same\s+)?(?:{_BIG}|{_TOD})"),
    "future-ref": ("future", "coming", "soon", "term", "ahead"), "past-ref": ("recent", "past"),
    "now": ("now", "current", "at ", "these "), "bare-length": re.compile(r"(?:minute|hour|day|week|month|year|decade|centurie)s"),
    "a-length": re.compile(r"(?:\ban?|another|additional)\s+(?:(?:full|whole)\s+)?(?:minute|hour|day|night|week|month|year|decade|century)"),
    "length": re.compile(r"[\s-](?:second|minute|hour|day|night|week|fortnight|month|quarter|year|decade|centur)"),
    "circa": ("circa", "c.", "ca.", "about", "around"), "week-of-month": ("week of", "week in"),
    "ago": ("ago", "earlier", "later", "afterwards", "from now", "hence", "after that,", *(f"{way}{end}" for way in ("before", "after") for end in ".,;")),
    "mod-year": ("early", "late", "mid", "beginning", "start", "middle", "end of", "the year", "fiscal", "calendar"),
    "rel-m": ("last ", "next ", "this ", "past ", "previous ", "coming ", "following ", "current "),
    "past-n": ("last ", "past ", "next ", "first ", "coming ", "previous ", "final ", "following "),
    "vague-long": ("several-", "multi-", "many-"), "vague-length": ("several", "few", "many", "couple", "number of", "dozens", "tens of", "hundreds", "some"),
    "dmy-clock": _CLOCK, "mdy-at": (" at",), "dmy-at": (" at",), "tod-mdy": _TOD_OF, "tod-dmy": _TOD_OF,
    "tod-wd": _TOD_OF, "week-of": ("week of",), "week-of-dm": ("week of",), "m-that": _THAT_YEAR, "season-that": _THAT_YEAR,
    "that-season": _SEASON_WORDS, "the-season": _SEASON_WORDS, "bc-first": _ERA_WORDS, "early-year": _ERA_WORDS,
    "end-of-that": ("of that", "of the"), "nth-day": re.compile(r"\d(?:st|nd|rd|th)"), "day-of-run": ("th day", "second day", "third day"),
    "the-tod": ("morning", "afternoon", "evening"),
    "iso": ("-0", "-1"), "slash": ("/",), "mdy-clock": _CLOCK,
    "m-rel": (" year",), "rel-md": ("last", "next", "this", "past", "coming"), "mon-nth": ("th", "st", "second", "third"),
    "shamsi": tuple(SHAMSI_MONTHS), "shamsi-month": tuple(f"{name}{sign} 1" for name in SHAMSI_MONTHS for sign in ("", ",")),
    "ymd": re.compile(r"(?:19|20)\d\d/"), "dotted": (".19", ".20"), "short-year": (" '", " ’", " ‘"), "the-year": ("the year", "the fiscal"), "year-earlier": ("year-",), "q": ("q1", "q2", "q3", "q4"), "wd-week": (" week",), "week-wd": (" week ",),
    "quarter-century": ("century",), "nine-eleven": ("9/11",), "nth-mon": ("th of", "st of", "nd of", "rd of"),
    "ramadan": ("rama",), "holiday": ("christmas", "year", "day", "giving", "easter", "good friday", "now", "naw", "nor", "eid", "ashura", "hallow"),
    "season-year": _SEASON_WORDS, "season-rel": _SEASON_WORDS, "rel-season": _SEASON_WORDS, "season": _SEASON_WORDS,
    "quarter-year": ("quarter", "half"), "year-quarter": ("quarter", "half"), "quarter": ("quarter",),
    "the-quarter": ("quarter", "period"), "decade": ("0s", "0's", "0’s", "0 s"), "decade-short": ("0s", "0's", "0’s"),
    "decade-name": ("ties",), "century": ("centur",), "bc": _ERA_WORDS, "ad": ("ad ", "a.d."),
    "spelled": ("eighteen", "nineteen", "two thousand"), "clock-wd": _CLOCK, "wd-clock": ("day at",),
    "clock-today": ("today", "yesterday", "tomorrow"), "every": ("every", "each"), "every-tod": ("every", "each"),
    "wd-plural": ("days",), "wd-tods": ("day mornings", "day afternoons", "day evenings", "day nights"), "weekday": ("day",),
    "today": ("today", "tonight", "yesterday", "tomorrow", "overnight"), "weekend": ("weekend",),
    "year-end": ("year",), "long": ("long",), "adverb": ("ly",), "later-in": ("er in", "ly in", "te in"),
    "clock": _CLOCK,
}  # fmt: skip
TABLE: Final = tuple(
    (name, _NEEDS.get(name, ()), _compiled(pattern), reader) for name, pattern, reader in RULES
)
