"""Spanish for Retold. The language is the file `es.toml` beside this one."""
