"""Builds domain assistants from questions and answers: data, training, versions, engines, chat."""

__version__ = "0.1.0"
