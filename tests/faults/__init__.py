"""Nothing lost, nothing twice: the product under kills, power cuts, full disks, restarts and bad networks."""
