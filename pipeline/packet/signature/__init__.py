"""Signing a packet with the desk's own key, and saying whether a signature holds."""
