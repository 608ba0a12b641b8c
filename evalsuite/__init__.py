"""Examines assistants: generate, score, aggregate, report; knows them only through `assistant.api`."""
