"""The look as the editions get it: style sheets, what they name, fonts."""
