"""Every scope and mode at every route to a model, in every shape of call: each "off" branch runs."""

from collections.abc import Iterator, Mapping

import pytest
from pytest_django import DjangoDbBlocker

from costs.records import Outcome
from gateway.app import ROUTES
from killswitch.models import Stop
from killswitch.scopes import MODES, Mode, Scope
from tests.gateway.world import World
from tests.killswitch.matrix.expected import HELD, HELD_WITHOUT_TEXT, goes_on, passes
from tests.killswitch.matrix.places import CELLS, Place, make_place, named
from tests.killswitch.matrix.shapes import ASKED, EMBEDDINGS, MADE_BEFORE, REACHES, Reach, Shape, takes_no_text

type Cell = tuple[Scope, Mode]
type Stopped = tuple[Place, Stop]

DOORS = [(path, shape) for path, route in ROUTES.items() if route.reaches_model for shape in ASKED[path]]

BEFORE = [(path, shape) for path, shape in DOORS if shape in MADE_BEFORE]


def cells(reach: Reach, *, modes: frozenset[Mode]) -> list[tuple[Cell, str, Shape]]:
    return [
        (cell, path, shape)
        for cell in CELLS
        if cell[1] in modes
        for path, shape in DOORS
        if REACHES[cell[0]][shape] == reach
    ]


STOPPING = frozenset(Mode) - {Mode.READ_ONLY}


@pytest.fixture(scope="module")
def stopped(grounds: World, django_db_blocker: DjangoDbBlocker) -> Mapping[Cell, Stopped]:
    """A place for each cell; all but those over everybody are stopped."""
    with django_db_blocker.unblock():
        places = {cell: make_place(grounds.gateway, grounds.simulator) for cell in CELLS}
        grounds.catch_up()
        for place in places.values():
            for path, shape in BEFORE:
                passes(ASKED[path][shape](place))
        stops = {cell: place.stop(*cell) for cell, place in places.items() if cell[0] != Scope.GLOBAL}
        grounds.catch_up()
    return {cell: (place, stops.get(cell, Stop())) for cell, place in places.items()}


@pytest.fixture
def held(world: World, stopped: Mapping[Cell, Stopped], cell: Cell) -> Iterator[Stopped]:
    """A stop over everybody is made for one test alone."""
    place, stop = stopped[cell]
    if cell[0] != Scope.GLOBAL:
        yield place, stop
        return
    stop = place.stop(*cell)
    world.catch_up()
    yield place, stop
    world.lift(stop)
    world.catch_up()


@pytest.mark.parametrize(("cell", "path", "shape"), cells(Reach.HELD, modes=STOPPING), ids=named)
def test_it_is_held_and_asks_nobody(world: World, held: Stopped, cell: Cell, path: str, shape: Shape) -> None:
    place, stop = held
    before = world.asked()
    answer = ASKED[path][shape](place)
    (HELD_WITHOUT_TEXT if takes_no_text(path, shape) else HELD)[cell[1]](answer, stop)
    assert world.asked() == before
    record = world.record_of(answer.headers["x-aiops-call-id"])
    assert (record.outcome, record.stop_id, record.estimated) == (Outcome.STOPPED, stop.pk, False)


@pytest.mark.parametrize(("cell", "path", "shape"), cells(Reach.GOES_ON, modes=STOPPING), ids=named)
def test_another_model_answers(held: Stopped, cell: Cell, path: str, shape: Shape) -> None:
    goes_on(ASKED[path][shape](held[0]), held[0])


@pytest.mark.parametrize(
    ("cell", "path", "shape"),
    cells(Reach.PASSES, modes=STOPPING) + cells(Reach.HELD, modes=frozenset({Mode.READ_ONLY})),
    ids=named,
)
def test_it_passes(held: Stopped, cell: Cell, path: str, shape: Shape) -> None:
    passes(ASKED[path][shape](held[0]))


def test_nothing_is_left_out() -> None:
    assert ASKED.keys() == {path for path, _ in DOORS}
    assert [shapes.keys() for path, shapes in ASKED.items() if path != EMBEDDINGS] == [set(Shape)] * 2
    assert REACHES.keys() == MODES.keys() == set(Scope)
    assert [shapes.keys() for shapes in REACHES.values()] == [set(Shape)] * len(Scope)
    assert HELD.keys() == HELD_WITHOUT_TEXT.keys() == set(Mode)
