"""The server: the tools with their schemas, and what turns a call into an answer or into words about what is wrong.

Schemas are made from the values of `values`; a question that doesn't fit them, an input that can't be read and a
library that can't be used come back as a result with `isError`, whose text says what to do. One call is worked on at a
time, in a thread of its own, so that the server answers other messages meanwhile.
"""

import logging
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Final, TypeVar

import anyio
import anyio.to_thread
import mcp_types
import msgspec
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from msgspec import Struct

from retold import __version__
from retold.errors import RetoldError
from retold.mcp import verbs
from retold.mcp.desk import Desk
from retold.mcp.values import (
    CompareIn,
    CompareOut,
    ConflictsIn,
    ConflictsOut,
    QuotationsIn,
    QuotationsOut,
    SearchIn,
    SearchOut,
    TraceIn,
    TraceOut,
)

_In = TypeVar("_In", bound=Struct)
_Out = TypeVar("_Out", bound=Struct)
_LOG: Final = logging.getLogger(__name__)


class Verb(Struct, frozen=True):
    """A tool: its name, what a client is told of it, what it is asked with, what it answers with, and what does it."""

    name: str
    title: str
    description: str
    asked: type[Struct]
    answered: type[Struct]
    run: Callable[[bytes, Desk], Struct]


def _make_verb(
    title: str, asked: type[_In], answered: type[_Out], function: Callable[[_In, Desk], _Out], description: str
) -> Verb:
    decoder = msgspec.json.Decoder(asked)
    return Verb(
        function.__name__,
        title,
        description,
        asked,
        answered,
        lambda data, desk: function(decoder.decode(data), desk),
    )


_SPANS: Final = (
    " Every finding names its article and has `start`, `end` (code points) and the exact `text` between them: quote "
    "that, not your memory of it."
)
_ABOUT: Final = (
    " Give the reports as `articles` (each a `text` or a `path`), or `comparison` from an earlier answer, or a "
    "`story` of the library."
)
VERBS: Final = (
    _make_verb(
        "Compare reports",
        CompareIn,
        CompareOut,
        verbs.compare,
        "What became of each quotation from report to report (changes), who retold whom with the evidence "
        "(derivations), shared passages, omissions and additions of two or more news reports. Fidelity is relative to "
        "the earlier report at hand, never to what was spoken." + _ABOUT + _SPANS,
    ),
    _make_verb(
        "Extract quotations",
        QuotationsIn,
        QuotationsOut,
        verbs.extract_quotations,
        "Direct, indirect and mixed quotations of reports: content, cue, source and the speaker it names. Unknown "
        "speakers are null." + _ABOUT + _SPANS,
    ),
    _make_verb(
        "Trace a quotation",
        TraceIn,
        TraceOut,
        verbs.trace_quotation,
        "All readings of one quotation over the reports, the earlier ones first, with what changed on the way. Name it "
        "by `quotation` (its id), by `words` that it has, or by `article` and `start`." + _ABOUT + _SPANS,
    ),
    _make_verb(
        "List conflicts",
        ConflictsIn,
        ConflictsOut,
        verbs.list_conflicts,
        "Dates, times, figures, names and places in which reports of one event disagree, as each of them writes it."
        + _ABOUT
        + _SPANS,
    ),
    _make_verb(
        "Search the library",
        SearchIn,
        SearchOut,
        verbs.search,
        "Reports, or quotations (by `words`, `speaker` or both), in the library that the server was started with."
        + _SPANS,
    ),
)
_BY_NAME: Final[Mapping[str, Verb]] = {verb.name: verb for verb in VERBS}


def write_schema(type_: type[Struct]) -> dict[str, object]:
    """The JSON Schema of a value, its root an object, as the protocol wants it.

    >>> write_schema(SearchIn)["type"]
    'object'
    """
    (reference,), components = msgspec.json.schema_components([type_], ref_template="#/$defs/{name}")
    root = components.pop(reference["$ref"].rpartition("/")[2])
    return {**root, "$defs": components} if components else dict(root)


@cache
def list_tools() -> tuple[mcp_types.Tool, ...]:
    """The tools as a client sees them."""
    return tuple(
        mcp_types.Tool(
            name=verb.name,
            title=verb.title,
            description=verb.description,
            input_schema=write_schema(verb.asked),
            output_schema=write_schema(verb.answered),
            annotations=mcp_types.ToolAnnotations(
                read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
            ),
        )
        for verb in VERBS
    )


def call_verb(name: str, arguments: Mapping[str, object] | None, desk: Desk) -> mcp_types.CallToolResult:
    """What a call is answered with. Never raises: what is wrong is said in a result with `is_error`."""
    verb = _BY_NAME.get(name)
    if verb is None:
        return _refuse(f"there is no tool {name[:80]!r}; there are {', '.join(_BY_NAME)}")
    try:
        answer = verb.run(msgspec.json.encode(_unfold(arguments or {}, verb)), desk)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeEncodeError) as error:
        return _refuse(f"{name}: {_explain(error, verb)}. It takes: {', '.join(verb.asked.__struct_fields__)}")
    except RetoldError as error:
        return _refuse(f"{name}: {error}")
    except Exception as error:
        # A fault of Retold's own: the client is told so in one line, its traceback goes to standard error.
        _LOG.exception("%s failed", name)
        what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return _refuse(f"{name}: this is a bug in Retold, not in your call ({what}); try fewer or other articles")
    data = msgspec.json.encode(answer, order="deterministic")
    return mcp_types.CallToolResult(
        content=[mcp_types.TextContent(text=data.decode())], structured_content=msgspec.json.decode(data)
    )


def _unfold(arguments: Mapping[str, object], verb: Verb) -> dict[str, object]:
    """The arguments as they were meant: some clients send null for what they leave out, lists and numbers as text."""
    found: dict[str, object] = {}
    fields = {field.name: field.type for field in msgspec.structs.fields(verb.asked)}
    for name, value in arguments.items():
        if value is None:
            continue
        found[name] = value
        if isinstance(value, str) and name in fields:
            try:
                msgspec.convert(value, fields[name])
            except msgspec.ValidationError:
                with suppress(msgspec.DecodeError, UnicodeEncodeError):
                    found[name] = msgspec.json.decode(value)
    return found


def _refuse(why: str) -> mcp_types.CallToolResult:
    return mcp_types.CallToolResult(content=[mcp_types.TextContent(text=why)], is_error=True)


def _explain(error: Exception, verb: Verb) -> str:
    """The fault as a client reads it: `$.limit` is its `limit`; with the set where a word of a closed one is wanted."""
    if isinstance(error, UnicodeEncodeError):
        return "a text holds half a surrogate pair, which is no character; leave it out"
    said = str(error).replace("`$.", "`").replace(" - at `$`", "")
    names = re.findall(r"`(\w+)", said.rpartition(" - at ")[2])
    found = _find_words(write_schema(verb.asked), names[0]) if names and "enum" in said else ()
    return f"{said}; one of {', '.join(found)}" if found else said


def _find_words(schema: Mapping[str, object], name: str) -> tuple[str, ...]:
    """The closed set of words of a field of a schema; () where it has none."""
    fields = schema.get("properties")
    at: object = fields.get(name) if isinstance(fields, dict) else None
    waiting = [at]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(one.get("enum"), list):
                return tuple(map(str, one["enum"]))
            waiting += [one.get("items"), *(one.get("anyOf") or ())]
    return ()


def create_server(desk: Desk) -> Server[dict[str, object]]:
    """The server over a desk, for any transport."""
    turn = anyio.CapacityLimiter(1)

    async def give_tools(
        _: ServerRequestContext[dict[str, object]], __: mcp_types.PaginatedRequestParams | None
    ) -> mcp_types.ListToolsResult:
        return mcp_types.ListToolsResult(tools=list(list_tools()))

    async def call(
        _: ServerRequestContext[dict[str, object]], asked: mcp_types.CallToolRequestParams
    ) -> mcp_types.CallToolResult:
        return await anyio.to_thread.run_sync(
            call_verb, asked.name, asked.arguments, desk, abandon_on_cancel=False, limiter=turn
        )

    return Server(
        "retold",
        version=__version__,
        title="Retold",
        instructions=write_instructions(desk),
        on_list_tools=give_tools,
        on_call_tool=call,
    )


def write_instructions(desk: Desk) -> str:
    """What a client should know before it calls anything."""
    folders = ", ".join(map(str, desk.allowed))
    library = (
        f"The library is {desk.library.name}."
        if desk.library
        else "There is no library: `search` and `story` need one."
    )
    files = f"Files may be read below {folders}." if folders else "No files may be read: give texts."
    return (
        "Retold tells who said what in news reports, what became of each quotation from report to report, and who "
        "retold whom. It compares what it is given and fetches nothing. Severity and fidelity are relative to the "
        f"earlier report at hand, never to what was spoken; an `added` reading is not a made-up one. {library} {files}"
    )


async def serve_stdio(desk: Desk) -> None:
    """Serves one client on standard input and output until it goes away."""
    server = create_server(desk)
    async with stdio_server() as (read_stream, write_stream):
        await server.run(read_stream, write_stream, server.create_initialization_options())
