"""Pages by audience: citizen, officer, leader."""
