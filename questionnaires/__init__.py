"""What is asked: definitions, versions and the library of shipped questionnaires."""
