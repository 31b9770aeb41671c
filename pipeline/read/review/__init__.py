"""What is looked at after parsing: messages of docutils, slips, images, links, characters."""
