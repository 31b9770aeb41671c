"""Images as both editions get them: plain formats, no more pixels than are seen, nothing of the camera."""
