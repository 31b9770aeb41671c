"""Parts of PDF files that the packets work on: pages, destinations, structure, stamps."""
