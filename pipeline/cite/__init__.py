"""Sources: files of them, what is wrong in these, citation styles, and the engine that sets citations."""
