"""The outside world → `Article`: files of text, web pages, tables, web archives, folders, standard input, addresses and
feeds. What can't be read is set aside with a reason; nothing that an input holds may raise.

Called, it is the verb of the Python API, `retold.read("reports/")`: see `retold.api.read`."""

from retold.doors import make_callable
from retold.read.batch import Batch, Note
from retold.read.inputs import read_inputs, stream_inputs
from retold.read.language import detect_language
from retold.read.options import Columns, FetchOptions, ReadOptions

__all__ = [
    "Batch",
    "Columns",
    "FetchOptions",
    "Note",
    "ReadOptions",
    "detect_language",
    "read_inputs",
    "stream_inputs",
]

make_callable(__name__)
