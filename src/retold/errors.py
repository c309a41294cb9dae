"""What can go wrong, in words for the person who has to mend it. Imports nothing of retold."""


class RetoldError(Exception):
    """Base of every error Retold raises on purpose. The message says what was given, what was expected, what to do."""


class InputError(RetoldError):
    """An input that can't be read as an article. The caller sets it aside and goes on with the others."""


class MissingExtraError(RetoldError):
    """A package of an optional extra is not installed. The message names the `pip install` that brings it."""
