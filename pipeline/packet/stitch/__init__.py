"""From parts to one PDF and back: stitching, taking apart, the record, verifying, comparing."""
