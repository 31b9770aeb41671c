"""External PDFs, made ready for a packet."""
