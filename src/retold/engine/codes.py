"""How the whole numbers that rows are keyed by are written in the documents: a letter and their hexadecimal digits."""

_DIGITS = 16


def write_code(prefix: str, key: int) -> str:
    """The key of a row as documents have it.

    >>> write_code("a", 255)
    'a00000000000000ff'
    """
    return f"{prefix}{key:0{_DIGITS}x}"


def read_code(code: str) -> int:
    """The key of a code that `write_code` wrote.

    >>> read_code("a00000000000000ff")
    255
    """
    return int(code[1:], 16)
