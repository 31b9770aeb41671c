"""From a path to an article: docutils with locked-down settings, our directives, our checks."""
