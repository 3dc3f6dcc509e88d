"""How commits lie to each other, against a model that knows nothing of git."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialform.reconcile.source import SourceError


@st.composite
def graphs(draw):
    """For each commit, which of those before it are its parents."""
    size = draw(st.integers(1, 7))
    return [
        draw(st.lists(st.integers(0, at - 1), max_size=2, unique=True)) if at else []
        for at in range(size)
    ]


def _ancestors(graph, at):
    found = {at}
    for parent in graph[at]:
        found |= _ancestors(graph, parent)
    return found


@settings(max_examples=10)
@given(graph=graphs())
def test_relations_and_ranges_are_those_of_the_graph(graph, upstream, source):
    tree = upstream.git("mktree", stdin=b"")
    names = []
    for at, parents in enumerate(graph):
        more = [word for parent in parents for word in ("-p", names[parent])]
        # The number makes each another one, though all are made in one second.
        names.append(upstream.git("commit-tree", tree, *more, "-m", f"{at} {graph}"))
    all_of_them = [word for name in names for word in ("-p", name)]
    tip = upstream.git("commit-tree", tree, *all_of_them, "-m", f"tip {graph}")
    upstream.git("update-ref", "refs/heads/main", tip)
    assert source.fetch() == tip
    for one, before in enumerate(names):
        for other, after in enumerate(names):
            wanted = "same" if one == other else "rewritten"
            if one != other and one in _ancestors(graph, other):
                wanted = "forward"
            assert source.relation(before, after) == wanted
            between = source.commits(before, after)
            assert set(between) == {
                names[at] for at in _ancestors(graph, other) - _ancestors(graph, one)
            }
            for commit in between:
                parents = [names[parent] for parent in graph[names.index(commit)]]
                at = between.index(commit)
                assert not set(between[at:]) & set(parents), "parents come first"


def test_before_the_first_apply_everything_goes_forward(upstream, source):
    first, second = upstream.commit(), upstream.commit()
    source.fetch()
    for nothing in ("", None):
        assert source.relation(nothing, second) == "forward"
        assert source.commits(nothing, second) == [first, second]


def test_a_forced_push_is_told_and_the_applied_commit_stays_for_ever(upstream, source, layout):
    upstream.commit({"a": "1"})
    applied = upstream.commit({"a": "2"})
    assert source.fetch() == applied
    source.keep(applied)
    upstream.git("reset", "-q", "--hard", "HEAD~1")
    other = upstream.commit({"a": "3"})
    upstream.git("reflog", "expire", "--expire=now", "--all")
    upstream.git("gc", "-q", "--prune=now")
    assert source.fetch() == other
    assert source.relation(applied, other) == "rewritten"
    upstream.git("--git-dir", str(layout.repository), "gc", "-q", "--prune=now")
    assert source.relation(applied, other) == "rewritten"
    source.check_out(applied)
    assert (layout.site / "a").read_text() == "2"


def test_going_back_is_rewriting_too(upstream, source):
    older = upstream.commit()
    newer = upstream.commit()
    source.fetch()
    upstream.git("reset", "-q", "--hard", older)
    assert source.fetch() == older
    assert source.relation(newer, older) == "rewritten"


@pytest.mark.parametrize("commit", ["0" * 40, "worktree", "HEAD", "--all", "main\n", ""])
def test_what_is_no_commit_here_was_rewritten_away_or_is_refused(commit, upstream, source):
    known = upstream.commit()
    source.fetch()
    if commit:
        assert source.relation(commit, known) == "rewritten"
    for question in (
        source.check_out,
        lambda one: source.commits(known, one),
        lambda one: source.relation(known, one),
    ):
        with pytest.raises(SourceError) as told:
            question(commit)
        assert told.value.kind == "no_commit"
