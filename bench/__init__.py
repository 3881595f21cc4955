"""The benchmarks: what the shipped code finds and how fast, one module per figure.

Each quality module has ``predict(paths)``, which reads gold files and yields one prediction a line as
``onrecord eval`` writes them; the scorers that judge them live outside the project.
"""
