"""Web archives to order, of invented pages."""

import gzip


def record(
    url: str, body: str | bytes, status: int = 200, kind: str = "text/html; charset=utf-8", **headers: str
) -> bytes:
    """One response record: the page that `url` answered with."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    block = "\r\n".join([*lines, "", ""]).encode() + data
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2032-01-20T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{abs(hash(url)):032x}>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def pack(records: list[bytes]) -> bytes:
    """A .warc.gz: each record packed by itself."""
    return b"".join(map(gzip.compress, records))
