"""Retold's quotations inside a spaCy pipeline: `nlp.add_pipe("retold_quotations")`."""
