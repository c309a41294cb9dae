"""Retold: who said what in each report of an event, what became of each quotation, and who retold whom."""

__version__ = "0.1.0"
