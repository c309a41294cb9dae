"""Retold for assistants: a server of the Model Context Protocol whose tools answer with spans, not with prose."""
