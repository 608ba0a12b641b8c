"""The chat over a model process: killed in mid-answer, it costs nothing but the rest of that answer."""

from __future__ import annotations

from pathlib import Path

from assistant.engines.child import ChildEngine
from assistant.engines.spec import EngineSpec
from tests.tui.driving import chatting, until

WORKER = Path(__file__).parents[1] / "engines" / "scripted_worker.py"


def engine_in_a_process(folder: Path) -> ChildEngine:
    return ChildEngine(EngineSpec(label="health@1", weights="", tokenizer=""), folder / "engine.log", (str(WORKER),))


async def test_a_killed_model_process_leaves_the_answer_so_far_and_comes_back(tmp_path: Path) -> None:
    engine = engine_in_a_process(tmp_path)
    async with chatting(lambda: engine) as driver:
        await driver.send("count")
        await until(lambda: "three" in driver.replies[-1].source)
        engine._process.kill()
        await until(lambda: len(driver.turns) == 2 and not driver.chat.is_answering)
        await driver.settle()
        assert driver.turns[1].state == "failed"
        assert driver.replies[-1].source.startswith("one two three")
        assert "it was killed, most often for want of memory" in driver.replies[-1].note
        assert str(tmp_path / "engine.log") in driver.replies[-1].note.replace("\n", "")
        await driver.send("count again")
        await until(lambda: "three" in driver.replies[-1].source)
        await driver.pilot.press("escape")
        await until(lambda: len(driver.turns) == 4)
        assert driver.turns[3].state == "stopped"
    assert engine._process.poll() is not None


async def test_leaving_while_the_model_loads_ends_its_process(tmp_path: Path) -> None:
    engine = ChildEngine(EngineSpec(label="slow", weights="", tokenizer=""), tmp_path / "engine.log", (str(WORKER),))
    async with chatting(lambda: engine, wait=False) as driver:
        await until(lambda: "loading" in driver.chat.status.status.activity)
        await until(lambda: driver.chat.talk.opening._engine is engine)
        assert engine._process.poll() is None
    await until(lambda: engine._process.poll() is not None)
