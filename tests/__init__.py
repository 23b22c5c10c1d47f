"""What is promised: every test is a sentence that must hold."""

import os

# Matrices here are small: more threads than processors only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
