"""Briefing packets: from a manifest, articles and papers from elsewhere to one packet in both formats."""
