"""From a laid out document to a finished file: tags, marked content, metadata, attachments."""
