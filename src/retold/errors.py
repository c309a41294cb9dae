"""What can go wrong, in words for the person who has to mend it. Imports nothing of retold."""


class RetoldError(Exception):
    """Base of every error Retold raises on purpose. The message says what was given, what was expected, what to do."""


class InputError(RetoldError):
    """An input that can't be read as an article. The caller sets it aside and goes on with the others."""


class MissingExtraError(RetoldError):
    """A package of an optional extra is not installed. The message names the `pip install` that brings it."""


class LibraryError(RetoldError):
    """A library file can't be used as asked. What was in it before is still in it."""


class LibraryMissingError(LibraryError):
    """There is no library file at the path given."""


class LibraryCorruptError(LibraryError):
    """The file is no library, or is damaged."""


class LibraryVersionError(LibraryError):
    """The file has a schema version that this Retold doesn't know, or other settings than those asked for."""


class LibraryLockedError(LibraryError):
    """Another program is writing to the file and did not finish in time."""


class LibraryFullError(LibraryError):
    """The file could not grow: the disk is full, or a limit is reached."""


class UnknownStoryError(LibraryError):
    """The library has no such story, or the beginning of an id fits several."""


class EngineError(RetoldError):
    """An engine can't do what a corpus asks of it. What was finished before is still there, and a re-run goes on."""


class CorpusError(RetoldError):
    """A folder is no corpus, or one that can't be used as asked. What was in it before is still in it."""
