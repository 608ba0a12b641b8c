"""The record of one evaluation, part by part; `evalsuite.scorecard` holds the whole."""
