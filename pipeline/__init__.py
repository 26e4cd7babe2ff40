"""Text to events: documents, mentions, timexes, events, incidents."""
