"""What is published: result, document, writers."""
