"""House styles: what a newsroom allows of what can become of a quotation. Each is a data file in `profiles/`."""

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from retold.errors import RetoldError
from retold.model import Flag, Label, QuotationKind, Severity

Judgement: TypeAlias = Literal["allowed", "question", "breach"]

BY_SEVERITY: dict[Severity, Judgement] = {"none": "allowed", "minor": "question", "major": "breach"}
"""What holds where no rule of a profile fits."""


class StyleRule(Struct, frozen=True, forbid_unknown_fields=True):
    """One rule: which changes it fits (what is not named fits everything), how it judges them, why, and its source.

    `labels`, `flags`, `forms`, `severities`: any of these; `only`: no flag besides these.
    """

    judgement: Judgement
    why: str
    source: str
    labels: tuple[Label, ...] = ()
    flags: tuple[Flag, ...] = ()
    only: tuple[Flag, ...] | None = None
    forms: tuple[QuotationKind, ...] = ()
    severities: tuple[Severity, ...] = ()

    def fits(self, label: Label, flags: frozenset[Flag], severity: Severity, form: QuotationKind) -> bool:
        """Whether the rule is about such a change in a quotation of this form."""
        return (
            (not self.labels or label in self.labels)
            and (not self.flags or bool(flags & set(self.flags)))
            and (self.only is None or flags <= set(self.only))
            and (not self.forms or form in self.forms)
            and (not self.severities or severity in self.severities)
        )


class StyleProfile(Struct, frozen=True, forbid_unknown_fields=True):
    """A house style: its rules in the order in which they are tried, and where they are from."""

    name: str
    title: str
    source: str
    rules: tuple[StyleRule, ...] = ()

    def judge(
        self, label: Label, flags: frozenset[Flag], severity: Severity, form: QuotationKind
    ) -> tuple[Judgement, StyleRule | None]:
        """How the style judges a change, and by which rule; by the severity where none fits.

        >>> load_profile("default").judge("altered", frozenset({"minor_wording"}), "minor", "direct")
        ('question', None)
        """
        for rule in self.rules:
            if rule.fits(label, flags, severity, form):
                return rule.judgement, rule
        return BY_SEVERITY[severity], None


@cache
def known_profiles() -> tuple[str, ...]:
    """The names of the profiles that come with Retold, sorted.

    >>> known_profiles()
    ('ap', 'default', 'guardian', 'reuters')
    """
    names = (entry.name for entry in files("retold").joinpath("profiles").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def load_profile(name: str) -> StyleProfile:
    """The profile of this name, or of this .toml file. Raises `RetoldError` where there is none or it can't be read."""
    try:
        if name in known_profiles():
            text = files("retold").joinpath("profiles", f"{name}.toml").read_text("utf-8")
        elif name.endswith(".toml"):
            text = Path(name).read_text("utf-8")
        else:
            known = ", ".join(known_profiles())
            raise RetoldError(f"there is no profile {name!r}; there are {known}, or name a .toml file of your own")
        return msgspec.convert(tomllib.loads(text), StyleProfile)
    except (OSError, UnicodeDecodeError, msgspec.ValidationError, tomllib.TOMLDecodeError) as e:
        why = e.strerror if isinstance(e, OSError) else str(e)
        raise RetoldError(f"the profile {name} can't be read: {why}. docs/check.md says what one holds.") from e
