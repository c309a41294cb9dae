"""How a Spark session is begun, which needs no Java to be told."""

from pathlib import Path

import pytest

pytest.importorskip("pyspark")

from retold.engine.spark import _list_settings

HOME = {"spark.driver.host", "spark.driver.bindAddress"}


def test_under_spark_submit_the_cluster_is_what_it_was_given() -> None:
    settings = _list_settings(None, 2_000, Path("scratch"), is_submitted=True)
    assert not {"spark.master", "spark.driver.memory", "spark.executor.memory", *HOME} & settings.keys()


def test_on_this_machine_nobody_else_has_to_find_the_driver() -> None:
    for master in (None, "local[2]", "local-cluster[2,1,1536]"):
        settings = _list_settings(master, 2_000, Path("scratch"))
        assert settings.keys() >= HOME
        assert settings["spark.driver.memory"] == "2000m"


def test_of_a_cluster_driver_and_executors_get_the_memory_asked_for() -> None:
    settings = _list_settings("spark://10.0.0.5:7077", 3_000, Path("scratch"))
    assert not HOME & settings.keys()
    assert (settings["spark.driver.memory"], settings["spark.executor.memory"]) == ("3000m", "3000m")
