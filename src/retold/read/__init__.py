"""The outside world → `Article`: text files, web pages, JSONL, folders and standard input. What can't be read is set
aside with a reason; nothing that a file holds may raise."""

from retold.read.batch import Batch, Note
from retold.read.inputs import read_inputs
from retold.read.language import detect_language

__all__ = ["Batch", "Note", "detect_language", "read_inputs"]
