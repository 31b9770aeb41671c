"""The manifest of a packet (``source/packets/NAME.toml``): read, and checked against its schema."""
