"""The third phase of a build: likenesses → stories. Only what hangs together with a new article is grouped again."""

import sqlite3
from collections.abc import Callable, Sequence

from retold.library.file import write
from retold.library.keys import write_code
from retold.library.likeness import Likeness
from retold.library.rows import clear_story
from retold.relate.linkage import link_pairs

_BATCH = 200


def place_articles(connection: sqlite3.Connection, likeness: Likeness, report: Callable[[int, int], None]) -> None:
    """Gives every article that waits for it a story: it joins one, founds one, or brings two together.

    Articles hang together where likenesses above even odds join them. Such a component is linked as a whole, by the
    same average linkage as a comparison, so that a chain of half-alike reports makes no story, and nobody's order
    matters. Stories whose articles stay the same keep their findings; the others wait to be traced. Several components
    a transaction. Cost: that of the components touched.
    """
    waiting = [id_ for (id_,) in connection.execute("SELECT id FROM articles WHERE stage = 2 ORDER BY id")]
    report(0, len(waiting))
    (among,) = connection.execute("SELECT coalesce(max(articles), 1) FROM backgrounds").fetchone()
    done: set[int] = set()
    at = 0
    while at < len(waiting):
        with write(connection):
            until = min(len(waiting), at + _BATCH)
            for seed in waiting[at:until]:
                if seed not in done:
                    done |= _place_component(connection, seed, among, likeness)
            at = until
        report(at, len(waiting))


def _place_component(connection: sqlite3.Connection, seed: int, among: int, likeness: Likeness) -> set[int]:
    members = _find_component(connection, seed)
    clusters = _link(connection, sorted(members), among, likeness)
    old: dict[int, set[int]] = {}
    for member in {*members, seed}:
        (story,) = connection.execute("SELECT story_id FROM articles WHERE id = ?", (member,)).fetchone()
        if story is not None and story not in old:
            old[story] = {id_ for (id_,) in connection.execute("SELECT id FROM articles WHERE story_id = ?", (story,))}
    new = {_find_founder(connection, cluster): set(cluster) for cluster in clusters}
    changed = {story for story, articles in old.items() if new.get(story) != articles}
    for story in sorted(changed):
        clear_story(connection, story, sorted(old[story]))
        connection.executemany("UPDATE articles SET story_id = NULL WHERE id = ?", [(a,) for a in sorted(old[story])])
        connection.execute("DELETE FROM stories WHERE id = ?", (story,))
    for story, articles in sorted(new.items()):
        if old.get(story) != articles:
            connection.execute(
                "INSERT INTO stories (id, code, articles, outlets) VALUES (?, ?, ?, 0)",
                (story, write_code("s", story), len(articles)),
            )
            connection.executemany(
                "UPDATE articles SET story_id = ? WHERE id = ?", [(story, a) for a in sorted(articles)]
            )
    stages = [(3 if a in members else 0, a) for a in sorted({*members, seed})]
    connection.executemany("UPDATE articles SET stage = ? WHERE id = ?", stages)
    return members | {seed}


def _find_component(connection: sqlite3.Connection, seed: int) -> set[int]:
    """The articles that hang together with `seed`; none where it is no longer read."""
    (is_latest,) = connection.execute("SELECT is_latest FROM articles WHERE id = ?", (seed,)).fetchone()
    if not is_latest:
        return set()
    found, edge = {seed}, [seed]
    while edge:
        article = edge.pop()
        for (other,) in connection.execute(
            "SELECT other_id FROM likenesses WHERE article_id = ? AND odds > 0", (article,)
        ):
            if other not in found:
                found.add(other)
                edge.append(other)
    return found


def _link(connection: sqlite3.Connection, members: Sequence[int], among: int, likeness: Likeness) -> list[list[int]]:
    number = {id_: n for n, id_ in enumerate(members)}
    pairs: dict[tuple[int, int], float] = {}
    for id_ in members if len(members) > 1 else ():
        for other, odds in connection.execute(
            "SELECT other_id, odds FROM likenesses WHERE article_id = ? AND other_id > ? ORDER BY other_id", (id_, id_)
        ):
            if other in number:
                pairs[number[id_], number[other]] = odds

    def rate(i: int, j: int) -> float:
        return likeness.rate_pair(members[i], members[j])

    groups = link_pairs(len(members), pairs, rate, likeness.stories.linkage, among)
    return [[members[n] for n in group] for group in groups]


def _find_founder(connection: sqlite3.Connection, cluster: Sequence[int]) -> int:
    """The first article by date, of one date by content: the story is called after it."""
    rows = [
        connection.execute("SELECT published IS NULL, published, id FROM articles WHERE id = ?", (id_,)).fetchone()
        for id_ in cluster
    ]
    return int(min((is_undated, published or "", id_) for is_undated, published, id_ in rows)[2])
