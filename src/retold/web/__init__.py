"""The local page and the REST interface over a library: for this machine alone, nothing loaded from outside."""
