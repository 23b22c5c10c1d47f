"""A fictional province with two rounds of responses, to look at and to test with."""
