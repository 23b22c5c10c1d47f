"""The kinds of array the demo is made of."""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int8]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
