from __future__ import annotations

import gc
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import schema
from ingest.catalog import Catalog
from ingest.errors import LibraryDamaged, LibraryError, LibraryReadOnly, PaperNotFound
from ingest.fingerprint import wanted_fingerprint
from ingest.keys import fold_key
from ingest.stored import FileStatus
from ingest.terms import fold_terms
from tests.ingest.tiny import TinyEmbedder, new_paper, place

A, B, C, D = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog(tmp_path / "catalog.db", fold_key)
    made.set_fingerprint(wanted_fingerprint(TinyEmbedder()))
    yield made
    made.close()


def add(catalog: Catalog, paper_id: str, key: str, path: str, *texts: str) -> str:
    tiny = TinyEmbedder()
    texts = texts or (f"The band gap of sample {paper_id[0]} is 1.5 eV. It is wide.",)
    new = new_paper(paper_id, key, texts, tiny)
    return catalog.add_paper(new, place(path, paper_id), wanted_fingerprint(tiny)).key


def test_a_paper_comes_back_as_it_was_stored(catalog: Catalog) -> None:
    texts = ("First page.  It has two sentences.", "", "Third page, after an empty one.")
    tiny = TinyEmbedder()
    new = new_paper(A, "Li2021", texts, tiny)

    catalog.add_paper(new, place("/x/a.pdf", A), wanted_fingerprint(tiny))

    paper = catalog.paper("Li2021")
    assert (paper.paper_id, paper.title, paper.authors) == (A, "Title of Li2021", ("Anna Li",))
    assert (paper.file, paper.page_count) == ("a.pdf", 3)
    assert catalog.pages(A) == new.read.pages
    assert catalog.text(A) == new.read.text
    assert catalog.sentences(A) == new.sentences
    assert catalog.chunks(A) == new.chunks


def test_vectors_of_all_papers_lie_in_one_matrix_with_their_ordinals(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf", "One. Two. Three.")
    add(catalog, B, "Wu2020", "/x/b.pdf", "Four. Five.")

    vectors = catalog.vectors("sentence")

    assert vectors.paper_ids == (A, A, A, B, B)
    assert vectors.ordinals.tolist() == [0, 1, 2, 0, 1]
    assert vectors.spans == {A: slice(0, 3), B: slice(3, 5)}
    expected = TinyEmbedder().embed(["One.", "Two.", "Three.", "Four.", "Five."])
    np.testing.assert_array_equal(vectors.matrix, expected)


def test_a_catalog_closed_and_opened_again_holds_the_same(tmp_path: Path) -> None:
    first = Catalog(tmp_path / "catalog.db", fold_key)
    first.set_fingerprint(wanted_fingerprint(TinyEmbedder()))
    add(first, A, "Li2021", "/x/a.pdf")
    before = (first.papers(), first.generation(), first.chunks(A), first.fingerprint())
    first.close()

    second = Catalog(tmp_path / "catalog.db", fold_key)

    assert (second.papers(), second.generation(), second.chunks(A), second.fingerprint()) == before
    second.close()


def test_pages_are_found_by_their_folded_terms_best_first(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf", "Garnets conduct lithium ions.", "Nothing of the kind.")
    add(catalog, B, "Wu2020", "/x/b.pdf", "Lithium, lithium, conductivity of garnets and lithium.")

    hits = catalog.search_pages(fold_terms("lithium conductivity in a garnet"), 10)

    assert [(hit.paper_id, hit.page) for hit in hits] == [(B, 1), (A, 1)]
    assert hits[0].score > hits[1].score > 0


def test_search_takes_any_sign_a_question_may_hold(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf", "The 5% sample AND the rest.")

    assert catalog.search_pages(['"', "AND", "NEAR(", "*", "a:b", "5"], 10)
    assert catalog.search_pages([], 10) == []
    assert catalog.search_papers(["nowhere"], 10) == []


def test_a_term_with_signs_is_one_term(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.catalog.fold_terms", str.split)
    add(catalog, A, "Li2021", "/x/a.pdf", "li+ 10-3 α-fe2o3 naïve _x 5%")

    counts = catalog.document_frequency(["li+", "10-3", "α-fe2o3", "naïve", "_x", "5%", "li", "5"])

    assert counts == {"li+": 1, "10-3": 1, "α-fe2o3": 1, "naïve": 1, "_x": 1, "5%": 1} | {
        "li": 0,
        "5": 0,
    }


def test_papers_are_found_by_their_title_and_authors_too(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf", "Nothing that names it.")

    hits = catalog.search_papers(fold_terms("the paper by Anna Li"), 5)

    assert [hit.paper_id for hit in hits] == [A]


def test_a_term_is_counted_anew_when_a_paper_has_come(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf", "garnet")
    before = catalog.document_frequency(["garnet"])

    add(catalog, B, "Wu2020", "/x/b.pdf", "garnet")

    assert before == {"garnet": 1}
    assert catalog.document_frequency(["garnet"]) == {"garnet": 2}


def test_document_frequency_counts_pages_of_visible_papers(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf", "garnet", "garnet garnet", "glass")
    add(catalog, B, "Wu2020", "/x/b.pdf", "garnet")
    catalog.remove(B)

    assert catalog.document_frequency(["garnet", "glass", "mica"]) == {
        "garnet": 2,
        "glass": 1,
        "mica": 0,
    }
    assert catalog.n_pages() == 3


def test_twins_get_letters_and_the_first_answers_to_a_as_well(catalog: Catalog) -> None:
    keys = [add(catalog, paper, "Li2021", f"/x/{paper[0]}.pdf") for paper in (A, B, C)]

    assert keys == ["Li2021", "Li2021b", "Li2021c"]
    assert catalog.paper("Li2021a").paper_id == A
    assert catalog.paper("LI2021B").paper_id == B


def test_twenty_seven_twins_have_keys_of_their_own(catalog: Catalog) -> None:
    keys = [add(catalog, f"{i:064x}", "Li2021", f"/x/{i}.pdf") for i in range(28)]

    assert len(set(keys)) == 28
    assert keys[25:] == ["Li2021z", "Li2021aa", "Li2021ab"]


def test_keys_that_fold_to_the_same_are_twins(catalog: Catalog) -> None:
    assert add(catalog, A, "Müller2021", "/x/a.pdf") == "Müller2021"
    assert add(catalog, B, "Muller2021", "/x/b.pdf") == "Muller2021b"


def test_a_key_is_never_given_to_another_paper(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf")
    catalog.remove(A)

    assert add(catalog, B, "Li2021", "/x/b.pdf") == "Li2021b"
    assert catalog.restore(A) == "Li2021"


def test_a_new_version_of_a_file_keeps_the_key_and_retires_the_old(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf", "Old garnet text.")
    add(catalog, B, "Li2021", "/x/twin.pdf")

    key = add(catalog, C, "Li2021", "/x/a.pdf", "New glass text.")

    assert key == "Li2021"
    assert [paper.paper_id for paper in catalog.papers()] == [B, C]
    assert catalog.paper("Li2021").paper_id == C
    assert catalog.document_frequency(["garnet", "glass"]) == {"garnet": 0, "glass": 1}
    assert set(catalog.vectors("chunk").spans) == {B, C}


def test_a_new_version_by_another_author_gets_a_key_of_its_own(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf")

    assert add(catalog, B, "Wu2022", "/x/a.pdf") == "Wu2022"
    with pytest.raises(PaperNotFound, match="was taken out"):
        catalog.paper("Li2021")


def test_an_old_version_that_returns_beside_the_new_becomes_its_twin(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf")
    add(catalog, B, "Li2021", "/x/a.pdf")

    catalog.add_place(place("/x/old.pdf", A), A)

    assert catalog.paper("Li2021").paper_id == B
    assert catalog.paper("Li2021b").paper_id == A


def test_bytes_that_return_to_the_old_version_give_the_old_paper_back(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf")
    add(catalog, B, "Li2021", "/x/a.pdf")

    added = catalog.add_place(place("/x/a.pdf", A), A)

    assert (added.key, added.retired) == ("Li2021", "Li2021")
    assert [paper.paper_id for paper in catalog.papers()] == [A]
    assert catalog.problems() == []


def test_a_paper_in_two_places_stays_when_one_of_them_goes(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/b.pdf")
    catalog.add_place(place("/x/a.pdf", A), A)
    assert catalog.paper(A).paths == ("/x/b.pdf", "/x/a.pdf")

    assert catalog.forget_files(["/x/b.pdf"]) == ()

    assert catalog.paper(A).paths == ("/x/a.pdf",)
    assert catalog.files()["/x/a.pdf"].status is FileStatus.VISIBLE
    assert catalog.forget_files(["/x/a.pdf"]) == ("Li2021",)
    assert catalog.papers() == ()


def test_a_removed_paper_is_out_of_every_answer_until_it_is_restored(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf", "A garnet.")
    before = catalog.papers()

    catalog.remove(A)

    assert catalog.papers() == ()
    assert catalog.search_pages(["garnet"], 5) == []
    assert catalog.search_papers(["garnet"], 5) == []
    assert len(catalog.vectors("chunk")) == 0
    assert catalog.n_chunks() == 0
    catalog.restore(A)
    assert catalog.papers() == before
    assert len(catalog.search_pages(["garnet"], 5)) == 1
    assert len(catalog.vectors("chunk")) == 1


def test_a_removed_paper_whose_file_is_gone_cannot_be_restored(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf")
    catalog.remove(A)
    add(catalog, B, "Wu2020", "/x/a.pdf")

    with pytest.raises(PaperNotFound, match="its file is gone or was replaced"):
        catalog.restore(A)

    assert [paper.paper_id for paper in catalog.papers()] == [B]


def test_a_failure_leaves_the_earlier_version_of_the_file_visible(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf")

    catalog.fail(place("/x/a.pdf", B), "truncated", "cannot read 'a.pdf'", "engine 1")
    catalog.fail(place("/x/a.pdf", B), "truncated", "cannot read 'a.pdf'", "engine 1")

    state = catalog.files()["/x/a.pdf"]
    assert (state.status, state.code, state.tries) == (FileStatus.FAILED, "truncated", 2)
    assert catalog.paper("Li2021").paths == ("/x/a.pdf",)


def test_every_change_that_readers_see_moves_the_generation(catalog: Catalog) -> None:
    seen = [catalog.generation()]

    def changed() -> bool:
        seen.append(catalog.generation())
        return seen[-1] > seen[-2]

    add(catalog, A, "Li2021", "/x/a.pdf")
    assert changed()
    catalog.add_place(place("/x/b.pdf", A), A)
    assert changed()
    catalog.remove(A)
    assert changed()
    catalog.restore(A)
    assert changed()
    catalog.forget_files(["/x/b.pdf"])
    assert changed()
    catalog.set_metadata(A, catalog.metadata(A).model_copy(update={"year": 1999}))
    assert changed()
    catalog.queue([place("/x/c.pdf")])
    catalog.fail(place("/x/c.pdf"), "empty", "it is empty", "engine")
    assert not changed()


def test_a_reader_in_the_middle_of_a_write_sees_the_state_before(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf")
    reader = Catalog(catalog.path, fold_key)
    seen: list[tuple[int, int, int]] = []
    put_terms = Catalog._put_terms

    def look_meanwhile(self: Catalog, *args: object) -> None:
        put_terms(self, *args)  # type: ignore[arg-type]
        seen.append((len(reader.papers()), reader.n_pages(), len(reader.vectors("chunk"))))

    monkeypatch.setattr(Catalog, "_put_terms", look_meanwhile)
    add(catalog, B, "Wu2020", "/x/b.pdf")

    assert seen == [(1, 1, 1)]
    assert (len(reader.papers()), reader.n_pages(), len(reader.vectors("chunk"))) == (2, 2, 2)
    reader.close()


def test_a_snapshot_holds_still_while_another_process_writes(catalog: Catalog) -> None:
    writer = Catalog(catalog.path, fold_key)

    with catalog.snapshot():
        before = catalog.papers()
        add(writer, A, "Li2021", "/x/a.pdf")
        assert catalog.papers() == before

    assert len(catalog.papers()) == 1
    writer.close()


def test_a_paper_that_cannot_be_stored_whole_is_not_stored_at_all(catalog: Catalog) -> None:
    tiny = TinyEmbedder()
    good = new_paper(A, "Li2021", ["One. Two."], tiny)
    vectors = {"chunk": good.vectors["chunk"], "sentence": good.vectors["sentence"][:1]}
    short = type(good)(A, "Li2021", good.read, good.sentences, good.chunks, vectors)

    with pytest.raises(ValueError, match="2 sentences need as many vectors"):
        catalog.add_paper(short, place("/x/a.pdf", A), wanted_fingerprint(tiny))

    assert catalog.papers() == ()
    assert catalog.files() == {}
    assert catalog.problems() == []


def test_several_threads_read_and_one_writes(catalog: Catalog) -> None:
    errors: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                with catalog.snapshot():
                    n = len(catalog.papers())
                    assert len(catalog.vectors("chunk").spans) == n
                    assert len(catalog.search_papers(["gap"], 100)) == n
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for i in range(20):
        add(catalog, f"{i:064x}", f"Li{2000 + i}", f"/x/{i}.pdf")
    stop.set()
    for thread in threads:
        thread.join()

    assert errors == []


def test_a_thread_that_ends_leaves_no_connection_open(catalog: Catalog) -> None:
    for _ in range(20):
        thread = threading.Thread(target=catalog.papers)
        thread.start()
        thread.join()

    gc.collect()
    assert len(catalog._db._all) == 1


def test_a_file_that_is_no_catalog_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    path.write_bytes(b"this is no database at all" * 100)

    with pytest.raises(LibraryDamaged, match="cannot be read") as caught:
        Catalog(path, fold_key)

    assert repr(str(path)) in str(caught.value)
    assert path.read_bytes() == b"this is no database at all" * 100


def test_a_catalog_of_a_newer_elute_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    Catalog(path, fold_key).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {schema.SCHEMA + 1}")
    connection.close()

    with pytest.raises(LibraryDamaged, match="Update elute"):
        Catalog(path, fold_key)


def test_an_older_catalog_is_brought_up_to_date_with_its_papers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Catalog(tmp_path / "catalog.db", fold_key)
    old.set_fingerprint(wanted_fingerprint(TinyEmbedder()))
    add(old, A, "Li2021", "/x/a.pdf")
    old.close()
    step = ("ALTER TABLE papers ADD COLUMN stars INTEGER", "CREATE TABLE more (x)")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    monkeypatch.setattr(schema, "SCHEMA", schema.SCHEMA + 1)
    monkeypatch.setattr("ingest.database.SCHEMA", schema.SCHEMA)

    new = Catalog(tmp_path / "catalog.db", fold_key)

    assert new._db.one("PRAGMA user_version") == (schema.SCHEMA,)
    assert new._db.one("SELECT stars FROM papers") == (None,)
    assert new.paper("Li2021").paper_id == A
    new.close()


def test_a_migration_that_fails_leaves_the_catalog_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Catalog(tmp_path / "catalog.db", fold_key).close()
    step = ("CREATE TABLE more (x)", "this is no SQL")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    monkeypatch.setattr(schema, "SCHEMA", schema.SCHEMA + 1)
    monkeypatch.setattr("ingest.database.SCHEMA", schema.SCHEMA)

    with pytest.raises(sqlite3.OperationalError):
        Catalog(tmp_path / "catalog.db", fold_key)

    with sqlite3.connect(tmp_path / "catalog.db") as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        assert connection.execute("PRAGMA user_version").fetchone()[0] == schema.SCHEMA - 1
    connection.close()
    assert "more" not in tables


def test_a_full_disk_is_told_in_a_sentence_and_loses_nothing(catalog: Catalog) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf")
    (pages,) = catalog._db.one("PRAGMA page_count") or (0,)
    catalog._db.run(f"PRAGMA max_page_count = {pages + 4}")

    with pytest.raises(LibraryReadOnly, match="disk is full") as caught:
        add(catalog, B, "Wu2020", "/x/b.pdf", *(f"Page {i}. " * 400 for i in range(40)))

    assert "run the same command again" in str(caught.value)
    assert [paper.paper_id for paper in catalog.papers()] == [A]
    catalog._db.run("PRAGMA max_page_count = 100000")
    add(catalog, B, "Wu2020", "/x/b.pdf")
    assert catalog.problems() == []


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (sqlite3.SQLITE_READONLY, "it is read-only"),
        (sqlite3.SQLITE_CANTOPEN, "it is read-only"),
        (sqlite3.SQLITE_IOERR, "the disk is full"),
        (sqlite3.SQLITE_FULL, "the disk is full"),
    ],
    ids=["read-only", "cannot open", "failing", "full"],
)
def test_a_catalog_on_a_disk_that_cannot_be_written_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, why: str
) -> None:
    made = Catalog(tmp_path / "catalog.db", fold_key)
    made.set_fingerprint(wanted_fingerprint(TinyEmbedder()))
    add(made, A, "Li2021", "/x/a.pdf")
    made.close()
    connect = sqlite3.connect

    def unwritable_disk(where: object, **options: object) -> sqlite3.Connection:
        if not options.get("uri"):  # as SQLite fails where it cannot make its -wal beside
            error = sqlite3.OperationalError("as the system says it")
            error.sqlite_errorcode = code
            raise error
        return connect(where, **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr("ingest.database.sqlite3.connect", unwritable_disk)
    catalog = Catalog(tmp_path / "catalog.db", fold_key)

    assert catalog.read_only
    assert catalog.paper("Li2021").paper_id == A
    with pytest.raises(LibraryReadOnly, match=why):
        catalog.remove(A)
    catalog.close()


def test_a_closed_catalog_says_so(catalog: Catalog) -> None:
    catalog.close()

    with pytest.raises(LibraryError, match="has been closed"):
        catalog.papers()


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("DELETE FROM pages WHERE number = 2", "1 of 2 pages"),
        ("DELETE FROM fts_pages WHERE rowid = 1", "the full-text index fts_pages lacks"),
        ("DELETE FROM chunks WHERE ordinal = 0", "chunks are missing"),
        ("UPDATE vectors SET n = n + 1", "vectors of"),
        ("UPDATE vectors SET data = zeroblob(length(data))", "not of length 1"),
        ("UPDATE papers SET state = 'retired', reason = 'removed'", "not in the library"),
        ('UPDATE sentences SET "end" = 9999', "beyond the text"),
    ],
    ids=["page", "terms", "chunk", "shape", "length", "stray", "offset"],
)
def test_verify_names_what_is_missing(catalog: Catalog, damage: str, problem: str) -> None:
    add(catalog, A, "Li2021", "/x/a.pdf", "One. Two. Three. Four.", "Five. Six.")
    assert catalog.problems() == []

    catalog._db.run(damage)

    assert any(problem in found for found in catalog.problems()), catalog.problems()


IDS = [letter * 64 for letter in "abcdef"]
PATHS = ["/x/1.pdf", "/x/2.pdf", "/y/3.pdf"]
Step = tuple[str, int, int]


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["file", "file", "file", "gone", "remove", "restore", "fail"]),
            st.integers(0, len(IDS) - 1),
            st.integers(0, len(PATHS) - 1),
        ),
        max_size=14,
    )
)
def test_whatever_happens_to_files_the_catalog_holds_together(steps: list[Step]) -> None:
    """Each paper has the same author and year, so that keys depend on order alone."""
    with tempfile.TemporaryDirectory() as folder:
        catalog = Catalog(Path(folder) / "catalog.db", fold_key)
        catalog.set_fingerprint(wanted_fingerprint(TinyEmbedder()))
        keys: dict[str, str] = {}
        for verb, paper, path in steps:
            take(catalog, verb, IDS[paper], PATHS[path])
            visible = {p.paper_id: p for p in catalog.papers()}
            assert len({fold_key(p.key) for p in visible.values()}) == len(visible)
            for paper_id, found in visible.items():
                # A key changes only when a new version has taken it over meanwhile.
                if paper_id in keys and keys[paper_id] != found.key:
                    assert keys[paper_id] in [v.key for i, v in visible.items() if i != paper_id]
                assert catalog.paper(found.key).paper_id == paper_id
                assert found.paths
                keys[paper_id] = found.key
            places = [p for found in visible.values() for p in found.paths]
            assert len(places) == len(set(places))
            assert {h.paper_id for h in catalog.search_papers(["band"], 99)} == set(visible)
            assert set(catalog.vectors("chunk").spans) == set(visible)
            assert catalog.n_pages() == len(visible)
        assert catalog.problems() == []
        catalog.close()


def take(catalog: Catalog, verb: str, paper_id: str, path: str) -> None:
    """One thing that happens to a folder, as the pipeline would record it."""
    state = catalog.paper_states().get(paper_id)
    if verb == "file":  # these bytes are found at this path
        known = catalog.files().get(path)
        if known is not None and (known.paper_id, state) == (paper_id, "visible"):
            return
        if state is None:
            add(catalog, paper_id, "Li2021", path)
        elif state != "removed":
            catalog.add_place(place(path, paper_id), paper_id)
    elif verb == "gone":
        catalog.forget_files([path])
    elif verb == "fail":
        catalog.fail(place(path), "truncated", "cannot read it", "engine")
    elif verb == "remove" and state == "visible":
        catalog.remove(paper_id)
    elif verb == "restore" and state == "removed":
        with suppress(PaperNotFound):  # its last place is gone
            catalog.restore(paper_id)
