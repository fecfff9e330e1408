"""Likes, plays, what was heard lately, and the lists that come of them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update

from cdpsfy.models import Like, Play, Track, TrackCounts, User
from cdpsfy.models.meta import now
from tests.functional.web.person import form_with

if TYPE_CHECKING:
    from cdpsfy.database import Database
    from tests.functional.web.person import Person

SCRIPT = {"Accept": "application/json"}


def press_heart(person: Person, path: str, **options: Any) -> Any:
    """Press the page's first heart, as a browser without scripts does."""
    page = person.browser.get(path)
    heart = page.html.select_one("button.heart[formaction]")
    fields = {heart["name"]: heart["value"], "csrf_token": person.csrf_token()}
    headers = {"Referer": f"http://localhost:80{path}"}
    return person.browser.post(heart["formaction"], fields, headers=headers, status=303, **options)


def hearts(person: Person, path: str) -> list[str]:
    """Whether each heart of a page is full."""
    buttons = person.browser.get(path).html.select("button.heart[formaction]")
    return [button["aria-pressed"] for button in buttons]


def hear(person: Person, address: str, status: int = 204) -> None:
    person.post(f"{address}/plays", status=status, headers=SCRIPT)


def counts(database: Database) -> tuple[int, int]:
    with database.reading() as db:
        found = db.scalars(select(TrackCounts)).one()
        return found.plays, found.likes


def test_a_heart_is_pressed_and_pressed_again(
    ana: Person, ben: Person, song: bytes, database: Database
) -> None:
    address = ana.upload_track(song)

    back = press_heart(ben, "/tracks?x=1")
    full = hearts(ben, "/tracks")
    ben.browser.get("/liked").mustcontain("Nanas para tres discos")
    liked = counts(database)
    press_heart(ben, address)

    assert back.location == "http://localhost/tracks?x=1"
    assert (full, liked) == (["true"], (0, 1))
    assert counts(database) == (0, 0)
    ben.browser.get("/liked").mustcontain("You like nothing yet.", no="Nanas")


def test_a_like_that_is_told_twice_is_one(ana: Person, song: bytes, database: Database) -> None:
    address = ana.upload_track(song)

    answers = [ana.post(f"{address}/like", headers=SCRIPT, status=200).json for _ in range(2)]
    headers = {**SCRIPT, "X-CSRF-Token": ana.csrf_token()}
    gone = [ana.browser.delete(f"{address}/like", headers=headers).json for _ in range(2)]

    assert answers == [{"liked": True, "likes": 1}] * 2
    assert gone == [{"liked": False, "likes": 0}] * 2
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Like)) == 0


def test_a_script_needs_no_form_for_it(ana: Person, song: bytes) -> None:
    address = ana.upload_track(song)
    headers = {**SCRIPT, "X-CSRF-Token": ana.csrf_token()}

    answer = ana.browser.post(f"{address}/like", headers=headers, status=200)

    assert answer.json == {"liked": True, "likes": 1}


def test_each_sees_their_own_hearts(ana: Person, ben: Person, visitor: Person, song: bytes) -> None:
    ana.upload(song)
    press_heart(ben, "/tracks")

    lists = ("/tracks", "/search?q=nanas", "/people/Ana", "/most-liked", "/")
    for path in lists:
        assert set(hearts(ana, path)) == {"false"}
        assert set(hearts(ben, path)) == {"true"}
        assert hearts(visitor, path) == []


def test_who_is_not_logged_in_is_led_to_the_log_in_and_back(
    ana: Person, visitor: Person, song: bytes
) -> None:
    address = ana.upload_track(song)

    form = form_with("username", visitor.browser.get(address).click(href="/login\\?next"))
    form["username"], form["password"] = "Ana", "three sad tigers"
    back = form.submit(status=303)

    assert back.location == f"http://localhost{address}"


def test_an_old_heart_leads_to_the_log_in_and_to_the_track(
    ana: Person, visitor: Person, song: bytes
) -> None:
    """It was drawn for somebody who has logged out since."""
    address = ana.upload_track(song)

    answer = visitor.post(f"{address}/like", status=303)
    visitor.post(f"{address}/like", headers=SCRIPT, status=401)

    assert answer.location.endswith(f"/login?next=track&track={address.rpartition('/')[2]}")


def test_a_log_in_leads_to_no_address_that_somebody_made_up(visitor: Person, ana: Person) -> None:  # noqa: ARG001
    form = form_with("username", visitor.browser.get("/login?next=track&track=..%2F..%2Fevil"))
    form["username"], form["password"] = "Ana", "three sad tigers"

    assert form.submit(status=303).location == "http://localhost/tracks"


def test_a_track_tells_its_likes_and_plays(ana: Person, ben: Person, song: bytes) -> None:
    address = ana.upload_track(song)
    for person in (ana, ben):
        press_heart(person, address)
        hear(person, address)

    page = ana.browser.get(address)

    assert page.html.select_one("[data-likes]").text == "2"
    assert re.search(r"Plays:\s*2", page.text)


def test_the_player_is_told_what_its_listener_likes(
    ana: Person, visitor: Person, song: bytes
) -> None:
    address = ana.upload_track(song)

    before = ana.browser.get(f"{address}/ticket").json["liked"]
    press_heart(ana, address)

    assert before is False
    assert ana.browser.get(f"{address}/ticket").json["liked"] is True
    assert visitor.browser.get(f"{address}/ticket").json["liked"] is None


def test_what_was_heard_is_first_and_seen_by_its_listener_alone(
    ana: Person, ben: Person, song: bytes, database: Database
) -> None:
    one, other = ana.upload_track(song), ana.upload_track(song)
    for address in (one, other, one):
        hear(ben, address)

    shown = ben.browser.get("/recent").html.select("[data-track]")

    assert [f"/tracks/{row['data-track']}" for row in shown] == [one, other]
    ana.browser.get("/recent").mustcontain("for you alone", no="data-track=")
    ben.browser.get("/").mustcontain("Recently played")
    with database.reading() as db:
        assert db.scalar(select(func.sum(TrackCounts.plays))) == 1


def test_a_play_counts_again_when_it_could_have_been_heard_again(
    ana: Person, song: bytes, database: Database
) -> None:
    address = ana.upload_track(song)
    hear(ana, address)
    hear(ana, address)
    at_once = counts(database)
    with database.writing.begin() as db:
        earlier = now() - timedelta(hours=1)
        db.execute(update(Play).values(counted_at=earlier))
        db.execute(update(User).values(heard_at=earlier))

    hear(ana, address)

    assert (at_once, counts(database)) == ((1, 0), (2, 0))


def test_who_is_not_logged_in_is_not_counted(ana: Person, visitor: Person, song: bytes) -> None:
    address = ana.upload_track(song)

    hear(visitor, address, status=401)

    ana.browser.get("/most-played").mustcontain("Nothing was heard yet.")


def test_a_history_is_cleared_after_a_second_thought(
    ana: Person, song: bytes, database: Database
) -> None:
    hear(ana, ana.upload_track(song))
    page = ana.browser.get("/recent")
    page.mustcontain("Clear history", "Not even we can bring it back")

    cleared = form_with("_method", page).submit("_method", status=303).follow()

    cleared.mustcontain("Your history is cleared.", "What you listen to will be here")
    assert counts(database) == (1, 0)
    ana.browser.get("/").mustcontain(no="Recently played</h2>")


@pytest.mark.parametrize("path", ["/liked", "/recent"])
def test_a_list_of_ones_own_asks_who_one_is(visitor: Person, ana: Person, path: str) -> None:  # noqa: ARG001
    form = form_with("username", visitor.browser.get(path, status=303).follow())
    form["username"], form["password"] = "Ana", "three sad tigers"

    assert form.submit(status=303).location == f"http://localhost{path}"


def test_what_is_heard_and_liked_most_is_first(
    ana: Person, ben: Person, visitor: Person, song: bytes
) -> None:
    quiet, liked, heard = (ana.upload_track(song) for _ in range(3))
    for person in (ana, ben):
        hear(person, heard)
        person.post(f"{liked}/like", status=303)
    ben.post(f"{quiet}/like", status=303)

    def listed(path: str) -> list[str]:
        rows = visitor.browser.get(path).html.select("[data-track]")
        return [f"/tracks/{row['data-track']}" for row in rows]

    assert listed("/most-played") == [heard]
    assert listed("/most-liked") == [liked, quiet]


@pytest.mark.parametrize(
    ("path", "invitation"),
    [
        ("/", "/tracks/new"),
        ("/tracks", "/tracks/new"),
        ("/tracks/mine", "/tracks/new"),
        ("/people", "/tracks/new"),
        ("/most-played", "/tracks"),
        ("/most-liked", "/tracks"),
        ("/liked", "/tracks"),
        ("/recent", "/tracks"),
        ("/search?q=nothing", "/tracks"),
    ],
)
def test_an_empty_list_invites_to_do_something(ana: Person, path: str, invitation: str) -> None:
    page = ana.browser.get(path)

    assert page.html.select("main .empty")
    assert invitation in [link["href"] for link in page.html.select("main a.button")]


def test_people_are_those_who_have_something_to_hear(
    ana: Person, ben: Person, visitor: Person, song: bytes
) -> None:
    ana.upload(song)

    page = visitor.browser.get("/tracks").click("People")

    page.mustcontain("/people/Ana", no="/people/Ben")
    assert page.click("Ana").request.path == "/people/Ana"
    ben.browser.get("/people?after=ana").mustcontain(no="/people/Ana")


def test_a_long_list_joins_the_one_before_it(ana: Person, song: bytes, database: Database) -> None:
    """What the link tells htmx is on the page: which list grows, and by what."""
    ana.upload(song)
    with database.writing.begin() as db:
        only = db.scalars(select(Track)).one()
        columns = [column.name for column in Track.__table__.c if column.name != "id"]
        for number in range(60):
            again = {name: getattr(only, name) for name in columns}
            unlike = {"public_id": f"{number:012}", "key": f"{number}", "form": f"{number}"}
            db.add(Track(**{**again, **unlike}))
        db.flush()
        me = db.scalars(select(User.id)).one()
        for track_id in db.scalars(select(Track.id)).all():
            db.add(Like(user_id=me, track_id=track_id))
            db.add(Play(user_id=me, track_id=track_id, played_at=now()))
            db.add(TrackCounts(track_id=track_id, plays=1, likes=1))

    for path in ("/tracks", "/tracks/mine", "/liked", "/recent", "/most-played", "/most-liked"):
        page = ana.browser.get(path)
        link = page.html.select_one(".more a[rel=next][hx-get]")
        rest = ana.browser.get(link["hx-get"])
        first = {row["data-track"] for row in page.html.select("[data-list] > [data-track]")}
        others = {row["data-track"] for row in rest.html.select("[data-list] > [data-track]")}
        assert (len(first), len(others), len(first | others)) == (50, 11, 61)
        assert link["href"] == link["hx-get"]
        assert rest.html.select_one(".more") is None


@pytest.mark.parametrize("path", ["/most-played", "/most-liked", "/recent"])
@pytest.mark.parametrize("after", ["", "1", "1.", "x.1", "1.-1", "1." + "9" * 40])
def test_a_place_that_cannot_be_is_not_found(ana: Person, path: str, after: str) -> None:
    ana.browser.get(path, {"after": after}, status=404)


@pytest.mark.parametrize("after", ["999999999999999999.1", "0.0"])
def test_a_place_beyond_the_list_shows_what_is_left(ana: Person, after: str) -> None:
    for path in ("/most-played", "/most-liked", "/recent"):
        ana.browser.get(path, {"after": after}, status=200)
