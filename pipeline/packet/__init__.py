"""Briefing packets: from a manifest, articles and external PDFs to one packet in both formats."""
