"""Every text of the dashboard that a person reads, in one place, so that it can be translated.

Plain text unless a comment says Markdown. ``{}`` are filled in by `str.format`; what is filled in
may come from outside and is escaped where it is shown. The texts of the map's own frame are in
`MAP`, those of the list's frame in `LIST`: both are sent to the browser as they stand here.
"""

from typing import Final

# --- names ------------------------------------------------------------------------------------

TYPES: Final = {
    "AGREE": ("Agree", "agree, promise, sign"),
    "CONSULT": ("Consult", "meet, call, visit, negotiate"),
    "SUPPORT": ("Support", "praise, endorse, defend in words"),
    "CONCEDE": ("Concede", "give in, ease a demand, apologise"),
    "COOPERATE": ("Cooperate", "work, trade or share together"),
    "AID": ("Aid", "give money, shelter, supplies or military help"),
    "RETREAT": ("Retreat", "withdraw, release, disarm, cease fire, resign"),
    "REQUEST": ("Request", "ask for or demand something"),
    "ACCUSE": ("Accuse", "criticise, allege, investigate"),
    "REJECT": ("Reject", "refuse, veto, defy"),
    "THREATEN": ("Threaten", "warn of force, sanctions or other harm"),
    "PROTEST": ("Protest", "demonstrate, strike, riot"),
    "SANCTION": ("Sanction", "break ties, expel, convict, stop aid"),
    "MOBILIZE": ("Mobilize", "deploy or raise forces"),
    "COERCE": ("Coerce", "seize, arrest, restrict, impose"),
    "ASSAULT": ("Assault", "attack, fight, bomb, kill"),
}
MODALITIES: Final = {
    "actual": "Happened",
    "planned": "Planned",
    "possible": "Possible",
    "denied": "Denied",
}
PRECISIONS: Final = {
    "exact": "Exact place",
    "near": "Near a place",
    "district": "District",
    "province": "Province",
    "region": "Region or line",
    "country": "Country or wider",
}
PRECISION_CODES: Final = {
    1: "exact place",
    2: "near a known place",
    3: "district",
    4: "province",
    5: "region or line",
    6: "country only",
    7: "international",
}
RELATIONS: Final = {
    "border": "border line",
    "remote": "a link between two places",
    "side": "strip along a border",
    "part": "part of an area",
    "between": "between two places",
    "coast": "coast",
}
FACETS: Final = {
    "dates": "dates",
    "event_type": "event type",
    "modality": "whether it happened",
    "where_prec": "precision",
    "country": "country",
    "province": "province",
    "actor": "actor",
    "source": "source",
    "confidence": "confidence",
    "figures": "figures",
    "area": "area",
    "text": "search words",
    "reviewed": "what was checked",
    "ids": "new events",
}
FIGURES: Final = {
    "fatalities": "killed",
    "injured": "injured",
    "displaced": "displaced",
    "soldiers": "soldiers or police",
    "captured": "captured",
}
MARKS: Final = {"place": "place", "date_text": "date", "trigger": "action", "actor": "who"}
FACTS: Final = {
    "what": "What",
    "who": "Who",
    "figures": "Figures",
    "when": "When",
    "where": "Where",
    "precision": "Precision",
    "sure": "How sure",
    "source": "Source",
    "attribution": "Credited to",
    "made": "Made by",
}
SORTS: Final = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "confidence": "Most confident first",
    "type": "By type",
    "place": "By place",
    "reports": "Most reported first",
}

# --- events in plain words --------------------------------------------------------------------

NO_DATE: Final = "no date in the text"
NO_DATE_SAYS: Final = "no date; the text says {}"
ON_OR_BEFORE: Final = "on or before {}"
FROM_ON: Final = "from {} on"
SPAN: Final = "{} to {}"
WHEN_TEXT: Final = "{}, from {}"
WHEN_PUBLISHED: Final = "{}, the day of publication"
WHEN_INHERITED: Final = "{}, from an earlier sentence"
NO_PLACE: Final = "no place"
NO_PLACE_FOUND: Final = "no place found"
PRECISION: Final = "{}, {} of 7 (1 is exact)"
UNKNOWN: Final = "unknown"
CONFIDENCE: Final = "confidence {:.0%}"
CHECKED: Final = "checked by a person"
UNCHECKED: Final = "not yet checked by a person"
FOUND_BY: Final = "found by {}"
PLACED_BY: Final = "placed by {}"

WHY_PLACE: Final = {
    "sentence": "The sentence names it: “{}”.",
    "heading": "The sentence names no place; “{}” heads its entry in the text.",
    "inherited": "The sentence names no place; “{}” is that of a sentence before it.",
    "dateline": "The sentence names no place; “{}” is that of the article's dateline.",
    "country_fallback": "The sentence names no place; it is put at country level from “{}”.",
}
WHY_NO_PLACE: Final = "The text gives no place that could be found, so nothing is drawn."
WHY_DATE: Final = {
    "text": "The sentence says “{}”.",
    "heading": "The sentence has no date of its own; “{}” heads its entry in the text.",
    "inherited": "The sentence has no date of its own; it takes that of a sentence before it.",
    "publication": "The text gives no date; this is the day of publication.",
}
WHY_DATE_RELATIVE: Final = "Read against the day of publication, {}."
WHY_PUBLISHED: Final = {
    "metadata": "The day of publication comes from the page's metadata.",
    "url": "The day of publication comes from the address of the page.",
    "dateline": "The day of publication comes from the article's date line.",
    "user": "The day of publication was given by the person who loaded the text.",
    "none": "The day of publication is not known, so relative dates stay open.",
}
DATE_PRECISION: Final = {
    1: "known to the day",
    2: "known to a few days",
    3: "known to the week",
    4: "known to the month",
    5: "known only roughly",
}
CANDIDATES: Final = "Places of that name, by the gazetteer's rank before the article's context:"
CANDIDATES_NONE: Final = "The gazetteer has no other place of that name."
CANDIDATES_MISSING: Final = (
    "The gazetteer is not here, so other places of that name are not listed."
)
CANDIDATES_SCORE: Final = "score {:.1f}"
CANDIDATES_CHOSEN: Final = "chosen"
CANDIDATES_MATCH: Final = {
    "primary": "its usual name",
    "alternate": "another of its names",
    "language": "its name in another language",
    "demonym": "its people",
    "code": "its code",
    "stripped": "without a word such as “province”",
    "skeleton": "a similar spelling",
    "fuzzy": "a similar spelling",
}

# --- counts and advice (Markdown) -------------------------------------------------------------

SHOWN: Final = "**{:,} of {:,}** events shown"
HIDDEN: Final = "{:,} hidden by filters"
HIDDEN_ALL: Final = "{:,} hidden by filter ({})"
HIDDEN_BY: Final = "{:,} only by {}"
UNDATED: Final = "{:,} undated"
AT_COUNTRY_LEVEL: Final = "{:,} at country level"
WITHOUT_PLACE: Final = "{:,} without a place"
COUNTRY_LEVEL: Final = "Country level: {}"
MORE: Final = "{} more"
TRAY_UNPLACED: Final = "no place: {:,}"
EMPTY: Final = "The table has no events yet. `dateline build` adds those of your texts."  # Markdown
NO_MATCH: Final = "No event matches. Open the filter on {} to see {:,}."
NO_MATCH_TOGETHER: Final = (
    "No event passes these filters together. Reset them, or open two or more."
)

# --- filters ----------------------------------------------------------------------------------

SEARCH: Final = "Search"
SEARCH_HINT: Final = "person, place, source…"
ARTICLES: Final = "in whole articles too"
TYPE: Final = "Event type"
MODALITY: Final = "Did it happen?"
PRECISION_FILTER: Final = "How precise is the place?"
COLOURS: Final = (  # Markdown
    "Cooperation in :blue[**words**] or :green[**deeds**], conflict in "
    ":violet[**words**] or :orange[**deeds**]. None chosen is all."
)
NAMED: Final = {
    "country": "Country",
    "province": "Province",
    "actor": "Actor",
    "source": "Source",
}
NAMED_ALL: Final = "all"
NAMED_MORE: Final = "The {} most frequent; type to find one of them."
CONFIDENCE_FILTER: Final = "Least confidence"
FIGURE: Final = "Figures"
FIGURE_ALL: Final = "any or none"
LEAST: Final = "at least"
MOST: Final = "at most"
UNDATED_FILTER: Final = "Show undated events"
REVIEWED_FILTER: Final = "Only what a person checked"
NEW_FILTER: Final = "Only the {:,} new events"
PLACE_SEARCH: Final = "Find a place on the map"
PLACE_HINT: Final = "city, province, base…"
PLACE_NONE: Final = "No place of that name."
CHIPS: Final = "Active filters (a click removes)"
CHIP: Final = "{} ✕"
CHIP_CONFIDENCE: Final = "confidence {}% or more"
CHIP_AREA: Final = "drawn area"
CHIP_ARTICLES: Final = " in articles"
CHIP_DATED: Final = "dated only"
CHIP_REVIEWED: Final = "checked only"
ANY_MODALITY: Final = "happened or not"
FIGURE_ANY: Final = "any number {}"
FIGURE_LEAST: Final = "at least {:,} {}"
FIGURE_MOST: Final = "at most {:,} {}"
FIGURE_RANGE: Final = "{:,} to {:,} {}"

# --- the page ---------------------------------------------------------------------------------

NAME: Final = "Dateline"
WELCOME: Final = (
    "Each mark is one sentence of a report: choose one on the map or in the list to read it there. "
    "The slider sets the days, the panel on the left what is shown."
)
DISMISS: Final = "Got it"
RESET: Final = "Reset"
SHOW_ALL: Final = "Show all"
RESET_HELP: Final = "Back to what the page opens with: no filter, and the main period"
SHOW_ALL_HELP: Final = "Open every filter, and the whole period"
CHOOSE: Final = "Choose an event in the list or on the map to read where it comes from."
LOADING: Final = "Reading the events…"
BUILD: Final = (  # Markdown
    "Build the demo with `make run`, or your own table with "
    "`dateline build TEXTS -o EVENTS`, then open it with `dateline serve EVENTS`."
)
NO_TABLE: Final = "No events yet"
NO_TABLE_AT: Final = "There is no events table at {}."
INVALID: Final = (  # Markdown
    "This is not a valid events table. Build it again with `dateline build`; what is wrong with it:"
)
INVALID_RULE: Final = "{} {} ({:,} events, the first {}: {})"
CANNOT_SHOW: Final = "The events cannot be shown"
CANNOT_READ: Final = "The events cannot be read"
ONE_DAY: Final = "All dated events are of {}."
NO_DATES: Final = "No event of this table has a date."
DATES: Final = "Dates"
PRESETS: Final = {
    "week": ("7 d", "The last 7 of the days chosen"),
    "month": ("30 d", "The last 30 of the days chosen"),
    "main": ("Main", "The period in which most events lie, without the few far off"),
    "all": ("All", "From the first event to the last"),
}
TRAY: Final = (
    "These events have no dot on the map, which would claim a place that the text "
    "does not give. Choose a group to list it."
)
TRAY_NONE: Final = "All events shown are on the map"
TRAY_LABEL: Final = "Not on the map"
TRAY_NO_PLACE: Final = "no place found {:,}"

# --- list and source --------------------------------------------------------------------------

SORT: Final = "Order"
GROUPED: Final = "By incident"
GROUPED_HELP: Final = "Reports of the same event, from any source, become one row"
LIST_PLACE: Final = "{:,} events at this point · list all"
LIST_TRAY: Final = "{:,} events not on the map · list all"
NOT_LISTED: Final = "The filters hide this event now."
NO_TEXT: Final = "The article's text is not stored with this table; this is the sentence."
ORIGINAL: Final = "Open the original"
TABS: Final = {
    "text": "Text",
    "why": "Why",
    "article": "Article",
    "others": "Others",
}
TABS_LABEL: Final = "What to show of the event"
OTHERS_ARTICLE: Final = "Other events of this article"
OTHERS_INCIDENT: Final = "Other reports of this incident"
OTHERS_NONE: Final = "This article tells of no other event, and no other report of this one."
CLOSE: Final = "Close"
WHY_HERE: Final = "Why this place?"
WHY_THEN: Final = "Why this date?"

LIST: Final = {
    "label": "Events shown",
    "more": "Show more",
    "of": "{} of {} listed",
    "reports": "{} reports",
    "new": "new",
    "empty": "No event to list.",
    "sources": "Sources",
}

# --- dialogs ----------------------------------------------------------------------------------

DOWNLOAD: Final = "Download"
DOWNLOAD_WHAT: Final = "The {:,} events shown, with the filter and the attribution in the file"
FORMATS: Final = {
    "geojson": "GeoJSON",
    "csv": "CSV",
    "csv-metadata.json": "About the CSV",
    "gpkg": "GeoPackage",
    "kml": "KML",
    "parquet": "GeoParquet",
}
PICTURE: Final = "A picture of the map is made by the camera button on the map."

CHARTS: Final = "Charts"
CHART_NAMES: Final = {
    "time": "Types over time",
    "province": "Provinces",
    "choropleth": "Provinces on a map",
    "actors": "Who with whom",
}
CHART_NONE: Final = "None of the events shown has what this chart counts."
CHART_COUNTRY: Final = "Country"
CHART_MENU: Final = "The buttons at the chart's corner show its numbers and save it as PNG."
CHART_CSV: Final = "Data as CSV"
CHART_EVENTS: Final = "events"
CHART_ALT: Final = "{}: {}"

DATA: Final = "Data"
DATA_ROWS: Final = {
    "events": "Events",
    "incidents": "Incidents",
    "documents": "Articles",
    "dates": "Dates",
    "countries": "Countries",
    "checked": "Checked by a person",
    "made": "Made by",
    "file": "Table",
    "written": "Written",
    "schema": "Schema of the table",
    "version": "Dateline",
}
DATA_SOURCES: Final = "Sources of the texts"
DATA_LICENCES: Final = "Licences and attribution"
DATA_NONE: Final = "none stated"

ADD: Final = "Add text"
ADD_WHAT: Final = (
    "The text is read on this server and nowhere else. Its events are yours to look at until you "
    "keep or discard them."
)
ADD_TABS: Final = {"paste": "Paste", "files": "Files", "url": "Address"}
ADD_PASTE: Final = "Text of a report"
ADD_PASTE_HINT: Final = "KUNDUZ, Afghanistan, July 5 — Fighters took the district on Sunday …"
ADD_FILES: Final = "Files: plain text, Markdown, HTML or JSON lines"
ADD_URL: Final = "Address of a page"
ADD_URL_OFF: Final = (
    "Fetching addresses is switched off on this server. Save the page and drop the file, or paste "
    "its text. (The server's owner can set DATELINE_FETCH=on.)"
)
ADD_PUBLISHED: Final = "Day of publication, where the text tells none"
ADD_START: Final = "Find the events"
ADD_CANCEL: Final = "Cancel"
ADD_LIMITS: Final = "At most {:,} characters, {} files of together {} MB, {} seconds."
ADD_RUNNING: Final = "{} of {} texts read, {} s"
ADD_READING: Final = "Reading…"
ADD_MISSING: Final = (  # Markdown
    "This installation shows events but cannot read text: the text extra is not installed. "
    "`pip install 'dateline[text]'` adds it."
)
ADD_NOTHING: Final = "There is nothing to read yet."
ADD_TOO_LONG: Final = "The text has {:,} characters; at most {:,} are read at once."
ADD_TOO_MANY: Final = "{} files of together {:.1f} MB; at most {} files of {} MB are read at once."
ADD_BUSY: Final = "The server is reading other texts; try again in a moment."
ADD_LATE: Final = "Stopped after {} seconds; what was read until then is here."
ADD_FOUND: Final = "New events: {:,} (texts read: {:,}, seconds: {:.1f})"
ADD_NONE: Final = "No event was found (texts read: {:,})."
ADD_FAILED: Final = "Not read:"
ADD_SENTENCES: Final = "Sentence by sentence"
ADD_NO_EVENT: Final = "no event"
ADD_AGAIN: Final = "same event as in sentence {}"
ADD_UNDATED: Final = (
    "No day of publication is known, so words such as “Sunday” stay without a date. "
    "Give one above and read again."
)
ADD_KEEP: Final = "Keep"
ADD_KEEP_HELP: Final = (
    "Writes them into a workspace file of their own on this server. Everyone who opens this "
    "dashboard will see them."
)
ADD_DISCARD: Final = "Discard"
ADD_KEPT: Final = "Kept, for all who open this dashboard: {:,} events"
ADD_NOT_KEPT: Final = "They could not be kept: {}"
ADD_LARGE: Final = (
    "The table is large: only your new events are shown. Discard or keep them to go back."
)

# --- map --------------------------------------------------------------------------------------

CAPTION: Final = "{} ({:,} events)"
COMPARE: Final = "Compare"
COMPARE_HELP: Final = (
    "Show the events of another source beside these: a CSV file of ACLED or UCDP GED, or GeoJSON. "
    "Only you see it, and it is not kept."
)
COMPARED: Final = "Events read: {:,}; left out, without a place: {:,}"

MAP: Final = {
    "map": "Map of events. The list beside it has the same events for the keyboard.",
    "legend": "How sure is the place?",
    "home": "Back to the first view",
    "full": "Full screen",
    "nobase": "The base map could not be loaded; events are drawn without it.",
    "credit": "Natural Earth, GeoNames",
    "zoom": "Click to zoom in",
    "stack": "Click to list them",
    "number": "{} events",
    "fresh": "new",
    "colours": "What kind of event?",
    "quads": {
        "verbal cooperation": "words of cooperation",
        "material cooperation": "deeds of cooperation",
        "verbal conflict": "words of conflict",
        "material conflict": "deeds of conflict",
    },
    "shapes": "The shape tells the type, as in the list. A number is several events, its ring "
    "their kinds.",
    "layers": "Layers",
    "ground": "Base map",
    "builtin": "Built in (works offline)",
    "online": "The others load pictures over the internet.",
    "provinces": "Borders of provinces",
    "heat": "Heat map",
    "others": "Events to compare with",
    "measure": "Measure a distance",
    "rectangle": "Filter by a rectangle",
    "polygon": "Filter by an area",
    "hint_measure": "Click points; double-click or Enter ends, Esc cancels",
    "hint_rectangle": "Drag a rectangle, or tap two corners; Esc cancels",
    "hint_polygon": "Click corners; double-click or Enter closes the area, Esc cancels",
    "nopicture": "A picture cannot be made with this online base map; choose the built-in one.",
    "time": "Days shown. Arrow keys move by a day, with Shift by a week; space plays.",
    "play": "Play",
    "pause": "Pause",
    "back": "One day back",
    "forward": "One day on",
    "whole": "The whole period",
    "speed": "Speed",
    "mode": "Days shown while playing",
    "window": "moving window",
    "cumulative": "from the start on",
    "loading": "loading…",
    "noarrays": "The events for playing could not be loaded.",
    "picture": "Save a picture of the map",
    "kinds": {
        "point": "exact place",
        "near": "near it, or its district",
        "area": "somewhere in this area",
        "border": "somewhere on this line",
        "link": "a call or message between two",
        "unsure": "planned, possible or denied",
    },
}
