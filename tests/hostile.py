"""Texts that try to run: each demonstrated payload, and variants made of their parts.

A payload that runs sets ``window.__hit`` in a browser, or the environment variable DATELINE_SSTI on
the server; tests assert that neither happens.
"""

from itertools import product
from typing import Final

from sample_events import HOSTILE

_BROWSER: Final = (
    "<script>{}</script>",
    '<img src=x onerror="{}">',
    "<svg onload={}>",
    "<iframe srcdoc='<script>{}</script>'>",
    "<body onload={}>",
    "<details open ontoggle={}>",
    "<a href=javascript:{}>x</a>",
    "<style onload={}></style>",
    "<math><mtext><script>{}</script></mtext></math>",
    "`+({})+`",
    "${{{}}}",
    "\\';{};//",
)
_BREAKS: Final = ("{}", "</script>{}", "-->{}", '">{}', "'>{}", "]]>{}", "</textarea>{}", "\\{}")
_SERVER: Final = (
    "{{ cycler.__init__.__globals__.os.environ.update(dict(DATELINE_SSTI=(1|string))) }}",
    "{% for x in [] %}",
    "50% off {% sale",
    "{# comment",
    "{{{{ 7*7 }}}}",
    "{%raw%}",
    "{0.__class__} {name} %s %(x)s",
)
_SHEET: Final = (
    '=HYPERLINK("http://example.org","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
)
_MARKDOWN: Final = (
    "![x](http://example.org/x.png)",
    "[x](javascript:window.__hit=1)",
    ":material/home: :red[z] $x^2$",
    "<http://example.org>",
    "# Title\n\n- list\n\n```\ncode",
)
_ODD: Final = (
    "\u202eright to left",
    "line\u2028separator\u2029paragraph",
    "a\ufeffb\u200bc",
    "\x07bell \x1b[31mred",
    "'; DROP TABLE events; --",
    "&lt;script&gt;window.__hit=1&lt;/script&gt;",
    "<![CDATA[<script>window.__hit=1</script>]]>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
)

GENERATED: Final = tuple(
    edge.format(frame.format("window.__hit='x'")) for frame, edge in product(_BROWSER, _BREAKS)
)
"""A payload for the browser in each surrounding that it may have to break out of."""

PAYLOADS: Final = tuple(dict.fromkeys((*HOSTILE, *GENERATED, *_SERVER, *_SHEET, *_MARKDOWN, *_ODD)))
"""All; more than a hundred beside those of the research."""
