"""A corpus: the stages over millions of articles, on DuckDB in this process or on Spark, with the same kernels."""
