"""One story → what became of its quotations. Called, it is the verb of the Python API: `retold.trace(words, …)`."""

from retold.doors import make_callable

make_callable(__name__)
