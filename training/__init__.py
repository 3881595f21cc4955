"""How the shipped models are made, each stage one command: data, fine-tuning, export, calibration.

Nothing here runs when On Record runs; it needs the ``training`` extra (PyTorch). See README.md for the
commands in order, and docs/model-cards/ for what came out.
"""
