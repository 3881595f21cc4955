from bench.errors import OTHERS, _table


def row(topic, conflict, score, flag=False):
    return {"topic": topic, "conflict": conflict, "score": score, "flag": flag}


def test_groups_are_counted_and_small_ones_together(capsys):
    rows = [row("trade", True, 0.9, True), *[row("trade", False, 0.2)] * 5, row("health", True, 0.4)]
    _table("topic", rows)
    lines = capsys.readouterr().out.splitlines()
    assert "| trade | 6 | 1 | 0.90 | 0.20 | 1 | 1 |" in lines
    assert f"| {OTHERS} | 1 | 1 | 0.40 | - | 0 | 0 |" in lines
