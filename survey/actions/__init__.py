"""The verbs: load, decide, save, one transaction each; clock and chance come in as arguments."""
